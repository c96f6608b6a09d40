using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Schedules;

namespace Descent.Optimizers;

/// <summary>One option of a method, read from its <see cref="OptionAttribute"/>.</summary>
public sealed class MethodOption
{
    /// <summary>What types were found to have: every run asks several times, and reflection takes a millisecond where a browser interprets it.</summary>
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<MethodOption>> Known = [];

    private readonly PropertyInfo property;
    private readonly Interval? interval;
    private readonly OptionKind kind;

    private MethodOption(PropertyInfo property, OptionAttribute attribute)
    {
        this.property = property;
        kind = OptionKind.Of(property.PropertyType);
        Meaning = attribute.Meaning;
        interval = attribute.Range is { } range ? Interval.Parse(range) : null;
        Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
    }

    /// <summary>The name in JSON and on the command line, e.g. <c>weight_decay</c>.</summary>
    public string Name { get; }

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
        return Known.TryGetValue(method, out var options) ? options : Known.GetOrAdd(method, Read(method));
    }

    private static IReadOnlyList<MethodOption> Read([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type method)
    {
        return
        [
            .. from property in method.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               let attribute = property.GetCustomAttribute<OptionAttribute>(inherit: false)
               where attribute is not null
               orderby Depth(property.DeclaringType!), property.MetadataToken
               select new MethodOption(property, attribute),
        ];

        static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;
    }

    /// <summary>The value as text, as the command line and JSON write it.</summary>
    public string Text(Method method) => kind.Text(property.GetValue(method));

    /// <summary>Sets the value from text: a number, a schedule, <c>true</c> or <c>false</c>, a name, a method.</summary>
    /// <exception cref="DescentException">The text is not a value of this option.</exception>
    internal void Set(Method method, string text) => property.SetValue(method, kind.Parse(PropertyName, text));

    internal JsonNode? ToJson(Method method) => kind.Json(property.GetValue(method));

    /// <summary>The option with its schedule, when the method has one for it.</summary>
    internal IEnumerable<ScheduledOption> Scheduled(Method method) =>
        property.GetValue(method) switch
        {
            Hyperparameter { IsConstant: false } value when interval is { } allowed => [new ScheduledOption(PropertyName, value, allowed)],
            Method inner => AllScheduled(inner),
            _ => [],
        };

    /// <summary>The options of a method, and of those it wraps, that have a schedule.</summary>
    internal static IEnumerable<ScheduledOption> AllScheduled(Method method) => Of(method.GetType()).SelectMany(option => option.Scheduled(method));

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
        if (property.GetValue(method) is Method inner)
        {
            inner.Validate();
        }

        foreach (var option in Scheduled(method))
        {
            option.Check(update: 0);
        }

        if (interval is { } allowed && Constant(method) is { } number && !allowed.Contains(number))
        {
            throw new DescentException($"{PropertyName} must be in {allowed}, but was {Schedule.Text(number)}.");
        }
    }

    private double? Constant(Method method) => property.GetValue(method) switch
    {
        double number => number,
        int number => number,
        Hyperparameter { IsConstant: true } value => value.At(0),
        _ => null,
    };
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
