using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

internal readonly struct AmsGradRule(
    double beta1, double beta2, Constant c1, Constant before, Constant after, Constant epsilon, double epsilonInside) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant correction1 = c1;
    private readonly Constant correctionBefore = before;
    private readonly Constant correctionAfter = after;
    private readonly Constant epsilon = epsilon;
    private readonly Constant epsilonR = Constant.Addend("εᵣ", epsilonInside);

    public static int Slots => 3;

    /// <summary>With ε beside the root, and the mean and the largest mean square corrected for their start at 0.</summary>
    public static AmsGradRule Corrected(double beta1, double beta2, double epsilon, long step) => new(
        beta1,
        beta2,
        new Constant("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step)),
        Constant.One,
        new Constant("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, step)),
        new Constant("ε", epsilon),
        epsilonInside: 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V vMax, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        vMax = V.Max(vMax, v * correctionBefore);
        V mHat = V.Named("m̂", m * correction1);
        V vHat = V.Named("v̂", vMax * correctionAfter);
        return mHat / (V.Sqrt(vHat + epsilonR) + epsilon);
    }
}
