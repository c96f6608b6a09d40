using System.Runtime.CompilerServices;
using Descent.Lanes;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>A direction that was computed before, in the first slot: what the last equations of a factored method are printed from.</summary>
internal readonly struct GivenDirection : IRule
{
    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V d, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> => d;
}

/// <summary>v ← β₂·v + (1 − β₂)·(g² + ε₁); u = κ·g/√v: the second moment of tensors that are not factored.</summary>
internal readonly struct WholeSecondMoment(double beta2, double epsilon, double scale) : IRule
{
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant epsilon = new("ε₁", epsilon);
    private readonly Constant scale = new("κ", scale);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V column, ref V row, ref V v, ref V s3)
        where V : struct, ILane<V>
    {
        v = (beta2 * v) + (oneMinusBeta2 * ((g * g) + epsilon));
        return scale * (g / V.Sqrt(v));
    }
}

/// <summary>The binding of a factored method: its equations are lines of text, the last ones printed from what runs.</summary>
internal abstract class FactoredBinding(params StateSlot[] state) : RuleBinding(state)
{
    private protected override bool Measures => true;

    private protected sealed override IEnumerable<string> RuleEquations(Method method)
    {
        StateSlot[] direction = ["u"];
        IReadOnlyList<string> moves = Mask is null
            ? EquationPrinter.Print(default(GivenDirection), direction, method)
            : EquationPrinter.Print(new Masked<GivenDirection>(default, 1), direction, method);
        return
        [
            .. Lines(),
            .. Mask is { } mask ? [mask.Equation()] : Array.Empty<string>(),
            .. moves.Where(line => line is not ("u ← u" or "u = u")),
        ];
    }

    /// <summary>What is computed up to the direction u, in order.</summary>
    private protected abstract IEnumerable<string> Lines();
}
