using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Adam's direction with ε beside the root only: what other methods mask, damp, project or clip.</summary>
internal readonly struct BareAdamRule(double beta1, double beta2, Constant c1, Constant c2, Constant epsilon) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant correction1 = c1;
    private readonly Constant correction2 = c2;
    private readonly Constant epsilon = epsilon;

    public static int Slots => 2;

    /// <summary>The rule of step t, with the corrections of m and v for their start at 0.</summary>
    public static BareAdamRule Corrected(double beta1, double beta2, double epsilon, long step) => new(
        beta1,
        beta2,
        new Constant("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step)),
        new Constant("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, step)),
        new Constant("ε", epsilon));

    /// <summary>The rule without corrections.</summary>
    public static BareAdamRule Uncorrected(double beta1, double beta2, double epsilon) =>
        new(beta1, beta2, Constant.One, Constant.One, new Constant("ε", epsilon));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        V mHat = V.Named("m̂", m * correction1);
        V vHat = V.Named("v̂", v * correction2);
        return mHat / (V.Sqrt(vHat) + epsilon);
    }
}

/// <summary>The same, divided by the largest v so far.</summary>
internal readonly struct BareAmsGradRule(double beta1, double beta2, double epsilon, long step) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step));
    private readonly Constant correction2 = new("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, step));
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V vMax, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        vMax = V.Max(vMax, v);
        V mHat = V.Named("m̂", m * correction1);
        V vHat = V.Named("v̂", vMax * correction2);
        return mHat / (V.Sqrt(vHat) + epsilon);
    }
}
