using System.Globalization;

namespace Descent.Text;

/// <summary>A kind of value that is written as a name with arguments, such as <c>ema(0.999, warmup=fraction)</c>.</summary>
/// <param name="Name">The name, in lower case.</param>
/// <param name="Usage">What is written, for messages and help.</param>
/// <param name="Create">Makes the value of what stands between the parentheses.</param>
internal sealed record Form<TValue>(string Name, string Usage, Func<FormArguments, TValue> Create)
{
    /// <summary>Reads a text as one of some forms.</summary>
    /// <param name="what">What messages call it, as in "The average".</param>
    /// <param name="text">A name, and arguments in parentheses where it has any.</param>
    /// <param name="forms">What there is.</param>
    /// <param name="total">What percentages refer to; null where they are not allowed.</param>
    /// <param name="or">What else the text may be, for the message; the caller reads that itself.</param>
    /// <exception cref="DescentException">The text is none of them.</exception>
    public static TValue Parse(string what, string text, IReadOnlyList<Form<TValue>> forms, long? total = null, params ReadOnlySpan<string> or)
    {
        ArgumentNullException.ThrowIfNull(text);
        var open = text.IndexOf('(');
        var name = (open < 0 ? text : text[..open]).Trim();
        if (forms.FirstOrDefault(form => string.Equals(form.Name, name, StringComparison.OrdinalIgnoreCase)) is not { } form)
        {
            throw new DescentException($"{what} must be {string.Join(" or ", [.. or, .. forms.Select(form => form.Usage)])}, but was '{Shown.Brief(text)}'.");
        }

        var inside = open < 0 ? "" : text.TrimEnd().EndsWith(')') ? text[(open + 1)..text.LastIndexOf(')')] : throw new DescentException($"{what} '{Shown.Brief(text)}' must end with ')', as in {form.Usage}.");
        var arguments = new FormArguments($"{what} '{Shown.Brief(text)}'", form.Usage, inside, total);
        var value = form.Create(arguments);
        arguments.End();
        return value;
    }
}

/// <summary>What stands between the parentheses of a form: values in order, then values by name. Each is asked for once.</summary>
internal sealed class FormArguments
{
    private readonly string what;
    private readonly string usage;
    private readonly long? total;
    private readonly List<string> placed = [];
    private readonly Dictionary<string, string> named = new(StringComparer.OrdinalIgnoreCase);
    private int taken;

    public FormArguments(string what, string usage, string inside, long? total)
    {
        (this.what, this.usage, this.total) = (what, usage, total);
        foreach (var part in inside.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=');
            if (equals < 0 && part.Length > 0)
            {
                placed.Add(part);
            }
            else if (part.Length > 0 && !named.TryAdd(part[..equals].Trim(), part[(equals + 1)..].Trim()))
            {
                throw Wrong($"has '{part[..equals].Trim()}' twice");
            }
        }
    }

    /// <summary>The next value in order.</summary>
    /// <exception cref="DescentException">There is none left.</exception>
    public string Next(string name) => NextOrNull() ?? throw Wrong($"has no {name}");

    public string? NextOrNull() => taken < placed.Count ? placed[taken++] : null;

    /// <summary>The value of a name; null where it is not there.</summary>
    public string? Named(string name) => named.Remove(name, out var value) ? value : null;

    /// <summary>A number; null where the text is.</summary>
    public double? Number(string? text) => text is null ? null
        : double.TryParse(text.Replace("∞", "Infinity", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : throw Wrong($"has '{Shown.Brief(text)}' where a number must be");

    /// <summary>A whole number; null where the text is.</summary>
    public long? Whole(string? text) => text is null ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw Wrong($"has '{Shown.Brief(text)}' where a whole number must be");

    /// <summary>A whole number of few digits.</summary>
    public int Count(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw Wrong($"has '{Shown.Brief(text)}' where a whole number must be");

    /// <summary>A number of updates, or a percentage of the total, rounded; null where the text is.</summary>
    public long? Updates(string? text)
    {
        if (text?.EndsWith('%') != true)
        {
            return Whole(text);
        }

        return total is { } all
            ? (long)Math.Round(Number(text[..^1])!.Value / 100 * all, MidpointRounding.AwayFromZero)
            : throw Wrong($"has the percentage '{Shown.Brief(text)}', but there is no number of updates that it could refer to");
    }

    /// <summary>True or false; false where the text is null.</summary>
    public bool Flag(string? text) => text is not null && (bool.TryParse(text, out var flag) ? flag : throw Wrong($"has '{Shown.Brief(text)}' where true or false must be"));

    /// <summary>One of some words; the first where the text is null.</summary>
    public TChoice Choice<TChoice>(string? text, params ReadOnlySpan<(string Word, TChoice Choice)> choices)
    {
        foreach (var (word, choice) in choices)
        {
            if (text is null || string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
            {
                return choice;
            }
        }

        throw Wrong($"has '{Shown.Brief(text!)}' where {string.Join(" or ", choices.ToArray().Select(item => item.Word))} must be");
    }

    /// <summary>Refuses what nobody asked for.</summary>
    public void End()
    {
        if (taken < placed.Count || named.Count > 0)
        {
            throw Wrong($"has '{Shown.Brief(taken < placed.Count ? placed[taken] : named.Keys.First())}', which is not one of its arguments");
        }
    }

    private DescentException Wrong(string problem) => new($"{what} {problem}; write it as {usage}.");
}
