using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Schedules;

namespace Descent.Optimizers;

/// <summary>One option of a method, read from its <see cref="OptionAttribute"/>.</summary>
public sealed class MethodOption
{
    /// <summary>What types were found to have: every run asks several times, and reflection takes a millisecond where a browser interprets it.</summary>
    private static readonly Dictionary<Type, IReadOnlyList<MethodOption>> Known = [];

    private readonly PropertyInfo property;
    private readonly Interval? interval;
    private readonly OptionKind kind;

    private MethodOption(PropertyInfo property, OptionAttribute attribute)
    {
        this.property = property;
        kind = OptionKind.Of(property.PropertyType);
        Meaning = attribute.Meaning;
        interval = attribute.Range is { } range ? Interval.Parse(range) : null;
    }

    /// <summary>The name in JSON and on the command line, e.g. <c>weight_decay</c>.</summary>
    public string Name => field ??= SnakeCase(property.Name);

    /// <summary>The name in code, e.g. <c>WeightDecay</c>.</summary>
    public string PropertyName => property.Name;

    /// <summary>What the option is, in a few words.</summary>
    public string Meaning { get; }

    /// <summary>The allowed values as text: an interval, or the names of the choices.</summary>
    public string Range => interval is null ? kind.Range : property.PropertyType == typeof(double?) ? $"{interval} or none" : $"{interval}";

    /// <summary>Whether the value may be a <see cref="Schedule"/>.</summary>
    public bool CanBeScheduled => property.PropertyType == typeof(Hyperparameter);

    /// <summary>Whether the value chooses a form of the rule (true or false, a name, a method) instead of being a number.</summary>
    public bool IsChoice => interval is null;

    /// <summary>Whether the value is another method, which this one wraps.</summary>
    public bool IsMethod => property.PropertyType == typeof(Method);

    /// <summary>The method that is wrapped; null where the value is none.</summary>
    internal Method? InnerOf(Method method) => property.GetValue(method) as Method;

    /// <summary>The options of a method's type, the general ones first, then in the order of the record.</summary>
    public static IReadOnlyList<MethodOption> Of(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type method)
    {
        ArgumentNullException.ThrowIfNull(method);
        lock (Known)
        {
            return Known.TryGetValue(method, out var options) ? options : Known[method] = Read(method);
        }
    }

    /// <summary>As <see cref="JsonNamingPolicy.SnakeCaseLower"/> writes names of words, without what a browser's runtime takes to load it.</summary>
    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (letter is < 'A' or > 'Z')
            {
                text.Append(letter);
                continue;
            }

            if (text.Length > 0)
            {
                text.Append('_');
            }

            text.Append((char)(letter + ('a' - 'A')));
        }

        return text.ToString();
    }

    private static List<MethodOption> Read([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type method)
    {
        var options = new List<MethodOption>();
        foreach (var found in method.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (found.GetCustomAttribute<OptionAttribute>(inherit: false) is { } attribute)
            {
                options.Add(new MethodOption(found, attribute));
            }
        }

        options.Sort((a, b) => Depth(a) != Depth(b) ? Depth(a).CompareTo(Depth(b)) : a.property.MetadataToken.CompareTo(b.property.MetadataToken));
        return options;

        static int Depth(MethodOption option)
        {
            var depth = 0;
            for (var type = option.property.DeclaringType; type is not null; type = type.BaseType)
            {
                depth++;
            }

            return depth;
        }
    }

    /// <summary>The value as text, as the command line and JSON write it.</summary>
    public string Text(Method method) => kind.Text(property.GetValue(method));

    /// <summary>Sets the value from text: a number, a schedule, <c>true</c> or <c>false</c>, a name, a method.</summary>
    /// <exception cref="DescentException">The text is not a value of this option.</exception>
    internal void Set(Method method, string text) => property.SetValue(method, kind.Parse(PropertyName, text));

    internal JsonNode? ToJson(Method method) => kind.Json(property.GetValue(method));

    /// <summary>The options of a method, and of those it wraps, that have a schedule.</summary>
    internal static List<ScheduledOption> AllScheduled(Method method)
    {
        var scheduled = new List<ScheduledOption>();
        foreach (var option in Of(method.GetType()))
        {
            option.AddScheduled(method, scheduled);
        }

        return scheduled;
    }

    private void AddScheduled(Method method, List<ScheduledOption> scheduled)
    {
        switch (property.GetValue(method))
        {
            case Hyperparameter { IsConstant: false } value when interval is { } allowed: scheduled.Add(new ScheduledOption(PropertyName, value, allowed)); break;
            case Method inner: scheduled.AddRange(AllScheduled(inner)); break;
        }
    }

    /// <summary>Gives the option's schedules their lengths in a run of so many updates, or of any.</summary>
    internal void Bind(Method method, long? updates)
    {
        switch (property.GetValue(method))
        {
            case Hyperparameter { Schedule: RelativeSchedule relative }:
                property.SetValue(method, (Hyperparameter)(updates is { } known ? relative.ForRun(known) : relative.Sample));
                break;
            case Method inner:
                property.SetValue(method, inner.Bound(updates));
                break;
        }
    }

    /// <summary>Checks a constant, the first value of a schedule, and all of a method.</summary>
    internal void Validate(Method method)
    {
        switch (property.GetValue(method))
        {
            case Method inner: inner.Validate(); break;
            case Hyperparameter { IsConstant: false } value when interval is { } allowed: new ScheduledOption(PropertyName, value, allowed).Check(update: 0); break;
            case Hyperparameter { IsConstant: true } value: Check(value.At(0)); break;
            case double number: Check(number); break;
            case int number: Check(number); break;
        }
    }

    private void Check(double number)
    {
        if (interval is { } allowed && !allowed.Contains(number))
        {
            throw new DescentException($"{PropertyName} must be in {allowed}, but was {Schedule.Text(number)}.");
        }
    }
}

/// <summary>A hyperparameter that follows a schedule, whose values are checked as they come.</summary>
internal readonly record struct ScheduledOption(string Name, Hyperparameter Value, Interval Allowed)
{
    public void Check(long update)
    {
        var number = Value.Schedule is RelativeSchedule relative ? relative.Sample.At(update) : Value.At(update);
        if (!Allowed.Contains(number))
        {
            throw new DescentException($"{Name} must be in {Allowed}, but was {Schedule.Text(number)} at update {update}.");
        }
    }
}
