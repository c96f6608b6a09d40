using Descent.Engine;

namespace Descent.Lanes;

/// <summary>
/// A lane of one number that writes down what a rule names on its way, and the last root that it divides by: for pictures of a method
/// at work. Its last bits may differ from those of the vectors where a rule uses exponentials or powers.
/// </summary>
internal readonly struct Recorded(double value, bool isRoot = false) : ILane<Recorded>
{
    [ThreadStatic]
    private static List<NamedNumber>? names;

    [ThreadStatic]
    private static double divisor;

    private readonly bool isRoot = isRoot;

    public double Value { get; } = value;

    /// <summary>Runs a rule on numbers and returns what it names, its direction as <c>d</c> last, and the root that it divides by.</summary>
    /// <returns>The divisor is NaN where the rule divides by none.</returns>
    public static double Record<TRule>(TRule rule, double g, double theta, ReadOnlySpan<double> state, List<NamedNumber> into)
        where TRule : struct, IRule
    {
        (names, divisor) = (into, double.NaN);
        Span<Recorded> slots = stackalloc Recorded[4];
        for (var i = 0; i < Math.Min(state.Length, slots.Length); i++)
        {
            slots[i] = new(state[i]);
        }

        Named("d", rule.Direction<Recorded>(new(g), new(theta), ref slots[0], ref slots[1], ref slots[2], ref slots[3]));
        names = null;
        return divisor;
    }

    public static Recorded operator +(Recorded a, Recorded b) => new(a.Value + b.Value, a.isRoot || b.isRoot);

    public static Recorded operator -(Recorded a, Recorded b) => new(a.Value - b.Value, a.isRoot || b.isRoot);

    public static Recorded operator *(Recorded a, Recorded b) => new(a.Value * b.Value, a.isRoot || b.isRoot);

    public static Recorded operator /(Recorded a, Recorded b)
    {
        divisor = b.isRoot && !a.isRoot ? b.Value : double.NaN;
        return new(a.Value / b.Value, a.isRoot);
    }

    public static Recorded operator -(Recorded a) => new(-a.Value, a.isRoot);

    public static implicit operator Recorded(in Constant constant) => new(constant.AsDouble);

    public static Recorded Sqrt(Recorded a) => new(Math.Sqrt(a.Value), isRoot: true);

    public static Recorded Abs(Recorded a) => new(Math.Abs(a.Value), a.isRoot);

    public static Recorded Min(Recorded a, Recorded b) => new(Math.Min(a.Value, b.Value), a.isRoot || b.isRoot);

    public static Recorded Max(Recorded a, Recorded b) => new(Math.Max(a.Value, b.Value), a.isRoot || b.isRoot);

    public static Recorded Sign(Recorded a) => new(double.IsNaN(a.Value) ? 0 : Math.Sign(a.Value));

    public static Recorded Select(Recorded test, Recorded positive, Recorded otherwise) => test.Value > 0 ? positive : otherwise;

    public static Recorded Exp(Recorded a) => new(Math.Exp(a.Value));

    public static Recorded CubeRoot(Recorded a) => new(Math.Cbrt(a.Value), isRoot: true);

    public static Recorded Power(Recorded a, in Constant exponent) => new(Math.Pow(a.Value, exponent.AsDouble), isRoot: true);

    public static Recorded Named(string name, Recorded value)
    {
        names?.Add(new(name, value.Value));
        return value;
    }
}
