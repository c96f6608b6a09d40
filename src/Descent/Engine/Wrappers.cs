using System.Runtime.CompilerServices;
using Descent.Lanes;

namespace Descent.Engine;

// What wraps any rule: its gradient is centralized, or its direction is masked.

/// <summary>g ← g − ḡ, with ḡ the mean of the row.</summary>
internal readonly struct Centered<TRule>(TRule rule, double mean) : IRule
    where TRule : struct, IRule
{
    private readonly Constant mean = new("ḡ", mean);

    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        Unsafe.AsRef(in rule).Direction(g - mean, theta, ref s0, ref s1, ref s2, ref s3);
}

/// <summary>d ← φ·d where d and the gradient have the same sign, and 0 elsewhere.</summary>
internal readonly struct Masked<TRule>(TRule rule, double scale) : IRule
    where TRule : struct, IRule
{
    private readonly Constant zero = new("0", 0);
    private readonly Constant scale = new("φ", scale);

    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3));
        return V.Select(V.Sign(u) * V.Sign(g), scale * u, zero);
    }
}

/// <summary>How many elements the mask of <see cref="Masked{TRule}"/> keeps; the rule runs on copies of its state.</summary>
internal readonly struct MaskCount<TRule>(TRule rule) : IMeasure
    where TRule : struct, IRule
{
    private readonly Constant zero = new("0", 0);

    public static int Slots => TRule.Slots;

    public static int Terms => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        V u = Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3);
        t0 = V.Named("n", V.Max(V.Sign(u) * V.Sign(g), zero));
    }
}

/// <summary>1 where the mask of <see cref="Masked{TRule}"/> keeps an element, 0 elsewhere.</summary>
internal readonly struct Kept<TRule>(TRule rule) : IRule
    where TRule : struct, IRule
{
    private readonly MaskCount<TRule> count = new(rule);

    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V kept = default, none = default;
        count.Measure(g, theta, s0, s1, s2, s3, ref kept, ref none, ref none, ref none);
        return kept;
    }
}

/// <summary>Σg, for the mean of a row.</summary>
internal readonly struct GradientSum : IMeasure
{
    public static int Slots => 0;

    public static int Terms => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V> => t0 = V.Named("Σg", g);
}

/// <summary>A measure that sees the gradient as the rule does: scaled, with coupled decay, centralized.</summary>
internal readonly struct Seen<TMeasure>(TMeasure measure, double sigma, double lambda, double mean) : IMeasure
    where TMeasure : struct, IMeasure
{
    private readonly Constant sigma = new("σ", sigma);
    private readonly Constant lambda = new("λ", lambda);
    private readonly Constant mean = new("ḡ", mean);

    public static int Slots => TMeasure.Slots;

    public static int Terms => TMeasure.Terms;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V> =>
        Unsafe.AsRef(in measure).Measure((g * sigma) + (lambda * theta) - mean, theta, s0, s1, s2, s3, ref t0, ref t1, ref t2, ref t3);
}
