using System.Text.Json.Nodes;
using Descent.Text;

namespace Descent.Optimizers;

/// <summary>All methods by name: one row each. Contract tests, the command line and files read it.</summary>
public static class Catalogue
{
    internal const string NameKey = "method";

    /// <summary>More than methods within methods, and schedules in their options, can make use of.</summary>
    private const int DeepestText = 64;

    /// <summary>The rows of each family are made when they are first looked at: a browser's interpreter takes a tenth of a second for all.</summary>
    private static readonly Func<MethodEntry[]>[] Families =
    [
        () => MomentumMethods.All,
        () => AdaptiveMethods.All,
        () => AdamMethods.All,
        () => MemoryLeanMethods.All,
        () => LayerWiseMethods.All,
        () => CurvatureMethods.All,
        () => LearningRateFreeMethods.All,
        () => AveragingMethods.All,
        () => WrapperMethods.All,
    ];

    /// <summary>The methods, by family and year.</summary>
    public static IReadOnlyList<MethodEntry> All => field ??= [.. Families.SelectMany(family => family())];

    /// <summary>The entry of that name, in any case and with <c>-</c> or <c>_</c> ignored.</summary>
    /// <exception cref="DescentException">There is none; the message gives the nearest names.</exception>
    public static MethodEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (First(entry => entry.Name == name) is { } exact)
        {
            return exact;
        }

        var wanted = Plain(name);
        return First(entry => Plain(entry.Name) == wanted)
            ?? throw new DescentException(
                $"There is no optimizer '{Shown.Brief(name, 200)}'; the nearest names are {NearestNames.Of(wanted, All.Select(entry => entry.Name))} ('descent optimizers' lists all).");

        static string Plain(string text) => text.Replace("-", "").Replace("_", "").ToLowerInvariant();
    }

    /// <summary>The entry of a method's type.</summary>
    /// <exception cref="DescentException">There is none, because the method is a user's own.</exception>
    public static MethodEntry Find(Method method) => Find(NameOf(method));

    /// <summary>Reads a method as it is written on the command line: <c>adamw</c>, or with options <c>sgd(momentum=0.9, nesterov=true)</c>.</summary>
    /// <exception cref="DescentException">The name, an option or a value is not known or not allowed.</exception>
    public static Method Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var open = text.IndexOf('(');
        if (open < 0)
        {
            return Find(text.Trim()).Default;
        }

        if (Depth(text) > DeepestText)
        {
            throw new DescentException($"The optimizer '{Shown.Brief(text)}' must have at most {DeepestText} parentheses within each other, but has {Depth(text)}.");
        }

        if (!text.TrimEnd().EndsWith(')'))
        {
            throw new DescentException($"The optimizer '{Shown.Brief(text, 200)}' must end with ')' after its options, as in sgd(momentum=0.9).");
        }

        var inside = text[(open + 1)..text.LastIndexOf(')')];
        return Find(text[..open].Trim()).With(SplitOptions(inside).Select(pair =>
        {
            var equals = pair.IndexOf('=');
            return equals > 0
                ? (pair[..equals].Trim(), pair[(equals + 1)..].Trim())
                : throw new DescentException($"The option '{Shown.Brief(pair.Trim(), 200)}' of the optimizer '{Shown.Brief(text, 200)}' must be written as name=value.");
        }));
    }

    /// <summary>A method as it is written on the command line, with the options that differ from its defaults.</summary>
    public static string Text(Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (EntryOf(method) is not { } entry)
        {
            return NameOf(method);
        }

        var (standard, options) = (entry.Default, new List<string>());
        foreach (var option in entry.Options)
        {
            if (option.Text(method) is var text && text != option.Text(standard))
            {
                options.Add($"{option.Name}={text}");
            }
        }

        return options.Count == 0 ? entry.Name : $"{entry.Name}({string.Join(", ", options)})";
    }

    /// <summary>All options of a method as JSON, with its name under <c>method</c>; also of a user's own method.</summary>
    public static JsonObject ToJson(Method method)
    {
        var json = new JsonObject { [NameKey] = NameOf(method) };
        foreach (var option in MethodOption.Of(method.GetType()))
        {
            json[option.Name] = option.ToJson(method);
        }

        return json;
    }

    /// <summary>The method's name: that of its entry, or of its type when it is a user's own.</summary>
    public static string NameOf(Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return EntryOf(method)?.Name ?? method.GetType().FullName!;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; options that are missing keep their defaults.</summary>
    /// <exception cref="DescentException">The name, an option or a value is not known or not allowed.</exception>
    public static Method FromJson(JsonFields json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Find(json.Text(NameKey)).FromJson(json.Json);
    }

    private static MethodEntry? EntryOf(Method method)
    {
        var type = method.GetType();
        return First(entry => entry.Type == type);
    }

    private static MethodEntry? First(Predicate<MethodEntry> isWanted)
    {
        foreach (var family in Families)
        {
            if (Array.Find(family(), isWanted) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    private static int Depth(string text)
    {
        var (depth, deepest) = (0, 0);
        foreach (var letter in text)
        {
            depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            deepest = Math.Max(deepest, depth);
        }

        return deepest;
    }

    /// <summary>Splits at commas that are not inside parentheses, so that a value may be a schedule.</summary>
    private static IEnumerable<string> SplitOptions(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                if (!string.IsNullOrWhiteSpace(text[start..i]))
                {
                    yield return text[start..i];
                }

                start = i + 1;
            }
            else if (text[i] is '(' or ')')
            {
                depth += text[i] == '(' ? 1 : -1;
            }
        }
    }
}
