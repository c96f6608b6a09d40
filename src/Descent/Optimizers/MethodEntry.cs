using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Engine;
using Descent.Text;

namespace Descent.Optimizers;

/// <summary>Where a method comes from.</summary>
/// <param name="Authors">Family names.</param>
/// <param name="Title">As printed.</param>
/// <param name="Link">Where to read it.</param>
/// <param name="Place">The algorithm or equation that the rule follows.</param>
public sealed record Paper(string Authors, string Title, string Link, string Place);

/// <summary>What the catalogue says about a method, beyond what its record says itself.</summary>
public sealed class MethodEntry
{
    private readonly Func<Method> create;

    private MethodEntry([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type, Func<Method> create) => (Type, this.create) = (type, create);

    /// <summary>The name in files and on the command line, e.g. <c>adamw</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The year of the paper.</summary>
    public required int Year { get; init; }

    /// <summary>What kind of method it is.</summary>
    public required MethodFamily Family { get; init; }

    /// <summary>What it adds, and to which methods.</summary>
    public required Heritage Heritage { get; init; }

    /// <summary>What speaks against it, published or known; empty when nothing is.</summary>
    public required string Caveat { get; init; }

    /// <summary>What the method is for, in a few words.</summary>
    public required string Purpose { get; init; }

    /// <summary>Where it comes from.</summary>
    public required Paper Paper { get; init; }

    /// <summary>How it differs from the paper, and who shares that; empty when there is nothing to say.</summary>
    public required string Departures { get; init; }

    /// <summary>The options, in the order of the record.</summary>
    public IReadOnlyList<MethodOption> Options => MethodOption.Of(Type);

    /// <summary>The name in code, e.g. <c>AdamW</c>.</summary>
    public string TypeName => Type.Name;

    /// <summary>The record.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
    internal Type Type { get; }

    /// <summary>The method with its defaults.</summary>
    public Method Default => create();

    /// <summary>How many numbers of state the method keeps per parameter with its defaults, for a matrix of 1000 × 1000, to three decimals.</summary>
    public double StatePerParameter => StatePerParameterOf(Default);

    /// <summary>The equations of one step, printed from the rule that runs.</summary>
    public IReadOnlyList<string> Equations => EquationsOf(Default);

    /// <summary>The equations of one step with the options of <paramref name="method"/>.</summary>
    public static IReadOnlyList<string> EquationsOf(Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        method.Validate();
        method = method.Bound(updates: null);
        return method.Rule.Equations(method);
    }

    /// <summary>How many numbers of state <paramref name="method"/> keeps per parameter, for a matrix of 1000 × 1000, to three decimals.</summary>
    public static double StatePerParameterOf(Method method)
    {
        return Math.Round(StateOf(method, 1000, 1000).Sum(part => part.Numbers) / 1e6, 3);
    }

    /// <summary>What <paramref name="method"/> keeps for a matrix: each part by its symbol, and how many numbers it has.</summary>
    /// <param name="method">The method.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="columns">At least 1.</param>
    public static IReadOnlyList<(string Symbol, double Numbers)> StateOf(Method method, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var rule = method.MethodFor([rows, columns]).Rule;
        var state = rule.State.Select(slot => (slot.Symbol, Numbers: slot.ShapeOf([rows, columns]).Aggregate(1.0, (product, size) => product * size)));
        return [.. state, .. rule.Scope == Scope.Row ? rule.Scalars.Select(scalar => (scalar.Symbol, Numbers: (double)rows)) : []];
    }

    /// <summary>The method with options from text: name and value, in any order.</summary>
    /// <exception cref="DescentException">An option does not exist, or its value is not allowed.</exception>
    public Method With(IEnumerable<(string Name, string Value)> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var method = Default;
        foreach (var (name, value) in options)
        {
            OptionNamed(name).Set(method, value);
        }

        method.Validate();
        return method;
    }

    /// <summary>A row of the catalogue; not by a type argument, which would be code of its own for each method that a browser translates one by one.</summary>
    internal static MethodEntry Of(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type, Func<Method> create, string name, int year, MethodFamily family, Heritage heritage, string purpose, Paper paper, string departures = "", string caveat = "") =>
        new(type, create)
        {
            Name = name,
            Year = year,
            Purpose = purpose,
            Paper = paper,
            Departures = departures,
            Family = family,
            Heritage = heritage,
            Caveat = caveat,
        };

    internal Method FromJson(JsonObject json) => With(
        from property in json
        where property.Key != Catalogue.NameKey
        select (property.Key, property.Value?.GetValueKind() == JsonValueKind.String
            ? property.Value.GetValue<string>()
            : property.Value?.ToJsonString() ?? "null"));

    private MethodOption OptionNamed(string name)
    {
        var wanted = name.Replace('-', '_').ToLowerInvariant();
        return Options.FirstOrDefault(option => option.Name == wanted)
            ?? throw new DescentException(
                $"'{Shown.Brief(name, 200)}' is not an option of {Name}; its options are {string.Join(", ", Options.Select(option => option.Name))}.");
    }
}
