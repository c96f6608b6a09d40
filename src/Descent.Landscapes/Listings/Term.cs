using System.Globalization;

namespace Descent.Landscapes.Listings;

/// <summary>What stands in an equation, for languages to say.</summary>
internal abstract record Term
{
    public static Term Zero { get; } = new Literal("0");

    public static Term One { get; } = new Literal("1");

    public static Term Of(double value) => value < 0
        ? new Negative(Of(-value))
        : new Literal(value.ToString("R", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace("E+", "e", StringComparison.Ordinal).Replace('E', 'e'));

    /// <summary>The terms that it is made of.</summary>
    public abstract IReadOnlyList<Term> Parts { get; }

    /// <summary>The same of other parts; what 0 and 1 do not change is left out.</summary>
    public abstract Term With(IReadOnlyList<Term> parts);

    /// <summary>Another term, wherever <paramref name="change"/> gives one.</summary>
    public Term Rewrite(Func<Term, Term?> change) => change(this) ?? With([.. Parts.Select(part => part.Rewrite(change))]);

    /// <summary>How often a name occurs.</summary>
    public int Count(string symbol) => (this is Name { Symbol: var own } && own == symbol ? 1 : 0) + Parts.Sum(part => part.Count(symbol));

    /// <summary>All names that occur.</summary>
    public IEnumerable<string> Names() => this is Name name ? [name.Symbol] : Parts.SelectMany(part => part.Names());
}

/// <summary>A number as it is written.</summary>
internal sealed record Literal(string Text) : Term
{
    public override IReadOnlyList<Term> Parts => [];

    public override Term With(IReadOnlyList<Term> parts) => this;
}

/// <summary>A number by its symbol; π is known to every language.</summary>
internal sealed record Name(string Symbol) : Term
{
    public override IReadOnlyList<Term> Parts => [];

    public override Term With(IReadOnlyList<Term> parts) => this;
}

/// <summary>A number of a vector: at a counter, or at a place that is counted from 0.</summary>
internal sealed record Element(string Symbol, string Index) : Term
{
    public override IReadOnlyList<Term> Parts => [];

    public override Term With(IReadOnlyList<Term> parts) => this;
}

internal sealed record Negative(Term Value) : Term
{
    public override IReadOnlyList<Term> Parts => [Value];

    public override Term With(IReadOnlyList<Term> parts) => parts[0] == Zero ? Zero : new Negative(parts[0]);
}

/// <summary>Two terms with one of + − · / &lt; &gt; ≤ ≥ = between.</summary>
internal sealed record Pair(char Sign, Term Left, Term Right) : Term
{
    public override IReadOnlyList<Term> Parts => [Left, Right];

    public bool Compares => Sign is not ('+' or '−' or '·' or '/');

    public override Term With(IReadOnlyList<Term> parts) => (Sign, parts[0], parts[1]) switch
    {
        ('+' or '−', var left, var right) when right == Zero => left,
        ('+', var left, var right) when left == Zero => right,
        ('−', var left, var right) when left == Zero => new Negative(right),
        ('·' or '/', var left, var right) when left == Zero || right == One => left,
        ('·', var left, var right) when left == One || right == Zero => right,
        var (sign, left, right) => new Pair(sign, left, right),
    };
}

/// <summary>One of √ ∛ | min, max, sign, exp, log, cos, floor, of something.</summary>
internal sealed record Call(string Function, IReadOnlyList<Term> Arguments) : Term
{
    public override IReadOnlyList<Term> Parts => Arguments;

    public override Term With(IReadOnlyList<Term> parts) => new Call(Function, parts);
}

internal sealed record Power(Term Base, Term Exponent) : Term
{
    public override IReadOnlyList<Term> Parts => [Base, Exponent];

    public override Term With(IReadOnlyList<Term> parts) => parts[1] == Zero ? One : new Power(parts[0], parts[1]);
}

internal sealed record Choice(Term Test, Term Then, Term Otherwise) : Term
{
    public override IReadOnlyList<Term> Parts => [Test, Then, Otherwise];

    public override Term With(IReadOnlyList<Term> parts) => parts[0] is Pair { Sign: '>' } test && test.Left == Zero && test.Right == Zero ? parts[2] : new Choice(parts[0], parts[1], parts[2]);
}
