using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Descent.Schedules;
using Descent.Text;

namespace Descent.Cli;

/// <summary>Options whose mistakes are sentences.</summary>
internal static class Options
{
    public static Option<double?> Number(string name, string description, double least = double.MinValue) => Create(name, description, "NUMBER", text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= least
            ? value
            : Refuse<double?>($"{name} must be a number{(least == double.MinValue ? "" : string.Create(CultureInfo.InvariantCulture, $" of at least {least}"))}, but was '{text}'"));

    public static Option<int?> Whole(string name, string description, int least, int most = int.MaxValue) => Create(name, description, "N", text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : Refuse<int?>($"{name} must be a whole number {(most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}")}, but was '{text}'"));

    public static Option<ulong?> Seed(string name, string description) => Create(name, description, "N", text =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : Refuse<ulong?>($"{name} must be a whole number from 0 to {ulong.MaxValue}, but was '{text}'"));

    public static Option<string?> Text(string name, string description, string placeholder) =>
        new Option<string?>(name) { Description = description, HelpName = placeholder }.NotEmpty();

    /// <summary>Refuses an empty text: the value of an option, or a file or folder.</summary>
    public static Option<string?> NotEmpty(this Option<string?> option)
    {
        option.Validators.Add(result => RefuseEmpty(result, result.Tokens, option.Name));
        return option;
    }

    /// <inheritdoc cref="NotEmpty(Option{string?})"/>
    public static Argument<TText> NotEmpty<TText>(this Argument<TText> argument)
        where TText : class?
    {
        argument.Validators.Add(result => RefuseEmpty(result, result.Tokens, argument.Name));
        return argument;
    }

    public static Option<string?> Choice(string name, string description, params string[] choices) =>
        Create(name, description, string.Join('|', choices), text => choices.Contains(text)
            ? text
            : Refuse<string?>($"{name} must be {string.Join(", ", choices[..^1])} or {choices[^1]}, but was '{text}'"));

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>Whether a list of all there is was asked for, beside which nothing else has a meaning.</summary>
    public static bool IsList(ParseResult parsed, Option<bool> list) => parsed.GetValue(list) && (parsed.Tokens.Count == 2
        ? true
        : throw new DescentException("--list prints what there is and nothing else; leave the other words out."));

    /// <summary>Refuses a learning rate beside a schedule that gives all its values.</summary>
    public static void RefuseUnused(double? learningRate, string? schedule)
    {
        if (learningRate is { } rate && schedule is not null && Schedule.Parse(schedule, new ScheduleContext(1, Schedule.MostUpdates)).Equals(Schedule.Parse(schedule, new ScheduleContext(2, Schedule.MostUpdates))))
        {
            throw new DescentException(string.Create(CultureInfo.InvariantCulture, $"--learning-rate {rate} would do nothing, because the schedule '{Shown.Brief(schedule)}' gives all its values; leave one of the two out."));
        }
    }

    /// <summary>Refuses options that would do nothing.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="because">What makes them useless, as the start of a sentence.</param>
    /// <param name="useless">The options.</param>
    public static void RefuseBeside(ParseResult parsed, string because, params ReadOnlySpan<Option> useless)
    {
        foreach (var option in useless)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new DescentException($"{because}; leave {option.Name} out.");
            }
        }
    }

    /// <summary>Refuses to write over a file, unless that is asked for.</summary>
    public static void CheckOutput(string? file, bool overwrite)
    {
        if (Path.Exists(file) && !overwrite)
        {
            throw new DescentException($"The output file '{file}' already exists; use --overwrite to replace it, or another name.");
        }
    }

    private static Option<TValue> Create<TValue>(string name, string description, string placeholder, Func<string, Parsed<TValue>> parse) => new(name)
    {
        Description = description,
        HelpName = placeholder,
        CustomParser = result => Parse(result, parse),
    };

    private static TValue? Parse<TValue>(ArgumentResult result, Func<string, Parsed<TValue>> parse)
    {
        var (value, mistake) = parse(result.Tokens[0].Value);
        if (mistake is not null)
        {
            result.AddError(mistake);
        }

        return value;
    }

    private static void RefuseEmpty(SymbolResult result, IReadOnlyList<Token> values, string name)
    {
        if (values.Any(value => value.Value.Trim().Length == 0))
        {
            result.AddError($"{name} must not be empty");
        }
    }

    private static Parsed<TValue> Refuse<TValue>(string mistake) => new(default, mistake);

    private readonly record struct Parsed<TValue>(TValue? Value, string? Mistake)
    {
        public static implicit operator Parsed<TValue>(TValue value) => new(value, null);
    }
}
