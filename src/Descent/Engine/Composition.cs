using System.Runtime.CompilerServices;
using Descent.Lanes;

namespace Descent.Engine;

// Small structs around a rule. Chained by generics, they are fused by the JIT into the same single pass over memory.
//
// A rule whose type is a parameter is called in place, by Unsafe.AsRef: the compiler, which cannot know that the type is
// read-only, would copy it before each call, and the copies were measured to cost diffGrad half of its speed in cache.

/// <summary>g ← σ·g: unscaling, clipping, averaging over accumulated batches and maximizing, in one factor.</summary>
internal readonly struct Scaled<TRule>(TRule rule, Constant sigma) : IRule
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        Unsafe.AsRef(in rule).Direction(g * sigma, theta, ref s0, ref s1, ref s2, ref s3);
}

/// <summary>g ← g + λ·θ: weight decay as the gradient of (λ/2)·‖θ‖².</summary>
internal readonly struct Coupled<TRule>(TRule rule, Constant lambda) : IRule
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        Unsafe.AsRef(in rule).Direction(g + (lambda * theta), theta, ref s0, ref s1, ref s2, ref s3);
}

/// <summary>θ ← θ − η·d.</summary>
internal readonly struct Descend<TRule>(TRule rule, Constant eta) : IUpdate
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V d = V.Named("d", Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3));
        return theta - (eta * d);
    }
}

/// <summary>θ ← θ − (η·d + δ·θ): weight decay beside the direction, where the history does not see it.</summary>
internal readonly struct DescendAndDecay<TRule>(TRule rule, Constant eta, Constant delta) : IUpdate
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V d = V.Named("d", Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3));
        return theta - ((eta * d) + (delta * theta));
    }
}

/// <summary>θ ← (θ − η·d)/(1 + η·λ): weight decay as a proximal step.</summary>
internal readonly struct DescendAndShrink<TRule>(TRule rule, Constant eta, Constant divisor) : IUpdate
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V d = V.Named("d", Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3));
        return (theta - (eta * d)) / divisor;
    }
}

/// <summary>b ← μ·b + ω·d: a heavy ball on top of the direction of another rule, in the slot after that rule's.</summary>
internal readonly struct WithMomentum<TRule>(TRule rule, Constant mu, Constant weight) : IRule
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        ref V b = ref s0;
        if (TRule.Slots == 1)
        {
            b = ref s1;
        }
        else if (TRule.Slots == 2)
        {
            b = ref s2;
        }
        else if (TRule.Slots == 3)
        {
            b = ref s3;
        }

        b = (mu * b) + (weight * Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3));
        return b;
    }
}
