using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>s: the sum of gradients whose 1-norm the estimate divides by.</summary>
internal readonly struct ProdigySum(double beta3, Constant weight)
{
    private readonly Constant beta3 = new("β₃", beta3);
    private readonly Constant weight = weight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V s)
        where V : struct, ILane<V> =>
        (beta3 * s) + (weight * g);
}

internal readonly struct ProdigyMeasure(ProdigySum sum) : IMeasure
{
    public static int Slots => 4;

    public static int Terms => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V m, V v, V s, V p, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        t0 = V.Named("⟨g, p⟩", g * p);
        t1 = V.Named("‖s‖₁", V.Abs(sum.Next(g, s)));
    }
}

internal readonly struct ProdigyRule(ProdigySum sum, double beta1, double beta2, double d, double epsilon) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant d = new("dₖ", d);
    private readonly Constant epsilon = new("dₖ₊₁·ε", epsilon);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s, ref V s3)
        where V : struct, ILane<V>
    {
        s = sum.Next(g, s);
        V u = V.Named("u", d * g);
        m = (beta1 * m) + (oneMinusBeta1 * u);
        v = (beta2 * v) + (oneMinusBeta2 * (u * u));
        return m / (V.Sqrt(v) + epsilon);
    }
}

/// <summary>p = x₀ − θ, as the sum of all steps, in the slot after the three of another rule.</summary>
internal readonly struct Travelled<TRule>(TRule rule) : IRule
    where TRule : struct, IRule
{
    public static int Slots => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V p)
        where V : struct, ILane<V>
    {
        V d = V.Named("Δ", Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref p));
        p += d;
        return d;
    }
}
