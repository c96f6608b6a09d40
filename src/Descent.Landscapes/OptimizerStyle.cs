using Descent.Optimizers;

namespace Descent.Landscapes;

/// <summary>How an optimizer is drawn, everywhere: colour, dash and marker together, so that colour is never alone.</summary>
/// <param name="Light">The colour on light ground, <c>#rrggbb</c>; at least 3 : 1 against white.</param>
/// <param name="Dark">The colour on dark ground.</param>
/// <param name="Dash">Lengths of strokes and gaps in pixels; empty for a solid line.</param>
/// <param name="Marker">The shape at points: circle, square, diamond, triangle, cross, star, plus or ring.</param>
public sealed record OptimizerStyle(string Light, string Dark, IReadOnlyList<int> Dash, string Marker)
{
    private static readonly (string Light, string Dark)[] Colours =
    [
        ("#1f6feb", "#6cb0ff"), ("#d9480f", "#ff9a5c"), ("#0b7a4b", "#4fd29a"), ("#a61e8f", "#f08be0"),
        ("#8a6d00", "#e3c14a"), ("#0e7c86", "#56d3dc"), ("#c2255c", "#ff85a8"), ("#5f3dc4", "#b197fc"),
        ("#4d5c6a", "#b3c0cc"), ("#7a4419", "#d9a57a"), ("#44770f", "#a6d861"), ("#b3261e", "#ff9188"),
    ];

    private static readonly int[][] Dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2, 1, 2]];

    private static readonly string[] Markers = ["circle", "square", "diamond", "triangle", "cross", "star", "plus", "ring"];

    /// <summary>The forms that people compare most, each with a place of its own; all others follow by their place in the catalogue.</summary>
    private static readonly string[] First = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "lion", "nadam", "amsgrad", "adadelta", "schedule_free_adamw"];

    /// <summary>The style of a method, by its name and, for SGD, by the form of its momentum.</summary>
    public static OptimizerStyle Of(Method method)
    {
        var form = FormOf(method);
        var place = Array.IndexOf(First, form);
        return place >= 0
            ? At(place, 0, place)
            : Enumerable.Range(0, Catalogue.All.Count).FirstOrDefault(i => Catalogue.All[i].Name == form) is var row
                ? At(row, 1 + (row / Colours.Length % (Dashes.Length - 1)), (row / 3) + (row / 48))
                : At(0, 1, 1);
    }

    /// <summary>The styles of the participants of one race: where a method runs several times, its later ones get other dashes and markers.</summary>
    public static IReadOnlyList<OptimizerStyle> For(IEnumerable<Method> methods)
    {
        ArgumentNullException.ThrowIfNull(methods);
        var styles = new List<OptimizerStyle>();
        foreach (var method in methods)
        {
            var style = Of(method);
            for (var turn = 1; styles.Exists(style.IsLike); turn++)
            {
                style = style with { Dash = Dashes[turn % Dashes.Length], Marker = Markers[turn % Markers.Length] };
            }

            styles.Add(style);
        }

        return styles;
    }

    /// <summary>What a method is called in pictures: its name, or momentum and nesterov for those forms of SGD.</summary>
    public static string FormOf(Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method is Sgd sgd && !sgd.Momentum.IsZero ? sgd.Nesterov ? "nesterov" : "momentum" : Catalogue.NameOf(method);
    }

    private bool IsLike(OptimizerStyle other) => Light == other.Light && Marker == other.Marker && ReferenceEquals(Dash, other.Dash);

    private static OptimizerStyle At(int colour, int dash, int marker) => new(
        Colours[colour % Colours.Length].Light,
        Colours[colour % Colours.Length].Dark,
        Dashes[dash % Dashes.Length],
        Markers[marker % Markers.Length]);
}
