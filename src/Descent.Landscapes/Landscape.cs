using System.Globalization;

namespace Descent.Landscapes;

/// <summary>A number in a landscape's formula that may be changed, such as the condition number of a bowl.</summary>
/// <param name="Name">The letter in the formula.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Default">The value when none is given.</param>
/// <param name="Low">The smallest value.</param>
/// <param name="High">The largest value.</param>
/// <param name="IsLogarithmic">Whether a slider over it is logarithmic.</param>
public sealed record LandscapeConstant(string Name, string Meaning, double Default, double Low, double High, bool IsLogarithmic);

/// <summary>A minimum that is known beforehand.</summary>
/// <param name="Point">Its coordinates, exact or to at least six digits.</param>
/// <param name="Value">The objective there.</param>
/// <param name="Kind">What it is, in a word or two: "minimum", "saddle", "maximum", "flat inflection", "degenerate saddle".</param>
public sealed record KnownPoint(double[] Point, double Value, string Kind);

/// <summary>A function to descend on, with what is known about it.</summary>
public sealed class Landscape
{
    private readonly Func<IReadOnlyList<double>, Objective> create;

    internal Landscape(string id, string title, string formula, string shows, Box box, double[] start, Func<IReadOnlyList<double>, Objective> create)
    {
        (Id, Title, Formula, Shows, Box, this.create) = (id, title, formula, shows, box, create);
        (Start, Dimension) = (start, start.Length);
    }

    /// <summary>The name in requests and on the command line, e.g. <c>kappabowl</c>.</summary>
    public string Id { get; }

    /// <summary>The name for people.</summary>
    public string Title { get; }

    /// <summary>The function as text that <see cref="Formulas.Formula"/> reads, with its constants by name; a description where it is a loss on data.</summary>
    public string Formula { get; }

    /// <summary>What one sees on it, in a few words.</summary>
    public string Shows { get; }

    /// <summary>How many variables: 1 or 2.</summary>
    public int Dimension { get; }

    /// <summary>What is plotted.</summary>
    public Box Box { get; }

    /// <summary>Where runs begin when nothing else is said.</summary>
    public IReadOnlyList<double> Start { get; }

    /// <summary>What is known about its critical points for the default constants.</summary>
    public IReadOnlyList<KnownPoint> Known { get; internal init; } = [];

    /// <summary>The numbers that may be changed.</summary>
    public IReadOnlyList<LandscapeConstant> Constants { get; internal init; } = [];

    /// <summary>The known minima.</summary>
    public IEnumerable<KnownPoint> Minima => Known.Where(point => point.Kind == "minimum");

    /// <summary>The objective with constants by name; those that are not named keep their defaults.</summary>
    /// <exception cref="DescentException">There is no constant of that name, or its value is out of range.</exception>
    public Objective Objective(IReadOnlyDictionary<string, double>? constants = null)
    {
        if (constants is not null)
        {
            Check(constants);
        }

        var values = new double[Constants.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = constants is not null && constants.TryGetValue(Constants[i].Name, out var value) ? value : Constants[i].Default;
        }

        return create(values);
    }

    private void Check(IReadOnlyDictionary<string, double> constants)
    {
        foreach (var (name, value) in constants)
        {
            var known = Constants.FirstOrDefault(constant => constant.Name == name)
                ?? throw new DescentException($"'{Text.Shown.Brief(name)}' is not a constant of {Id}; {(Constants.Count > 0 ? $"its constants are {string.Join(", ", Constants.Select(constant => constant.Name))}" : "it has none")}.");
            if (!(value >= known.Low && value <= known.High))
            {
                throw new DescentException(string.Create(CultureInfo.InvariantCulture, $"The constant {name} of {Id} must be in [{known.Low}, {known.High}], but was {value}."));
            }
        }
    }
}
