using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>m, and the mean squared deviation s from it.</summary>
internal readonly struct DeviationMoments(double beta1, double beta2, double epsilon)
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant epsilon = new("ε", epsilon);

    public Constant Epsilon => epsilon;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance<V>(V g, ref V m, ref V s)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        V deviation = V.Named("δ", g - m);
        s = (beta2 * s) + (oneMinusBeta2 * (deviation * deviation)) + epsilon;
    }
}

internal readonly struct AdaBeliefRule(DeviationMoments moments, (double First, double Second) corrections) : IRule
{
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", corrections.First);
    private readonly Constant correction2 = new("1/(1 − β₂ᵗ)", corrections.Second);
    private readonly Constant epsilon = moments.Epsilon;

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        moments.Advance(g, ref m, ref s);
        V mHat = V.Named("m̂", m * correction1);
        V sHat = V.Named("ŝ", s * correction2);
        return mHat / (V.Sqrt(sHat) + epsilon);
    }
}

internal readonly struct AmsGradAdaBeliefRule(DeviationMoments moments, (double First, double Second) corrections) : IRule
{
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", corrections.First);
    private readonly Constant correction2 = new("1/(1 − β₂ᵗ)", corrections.Second);
    private readonly Constant epsilon = moments.Epsilon;

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s, ref V sMax, ref V s3)
        where V : struct, ILane<V>
    {
        moments.Advance(g, ref m, ref s);
        sMax = V.Max(sMax, s);
        V mHat = V.Named("m̂", m * correction1);
        V sHat = V.Named("ŝ", sMax * correction2);
        return mHat / (V.Sqrt(sHat) + epsilon);
    }
}

internal readonly struct RectifiedAdaBeliefRule(DeviationMoments moments, Rectified rectified) : IRule
{
    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        moments.Advance(g, ref m, ref s);
        return rectified.Direction(m, s);
    }
}
