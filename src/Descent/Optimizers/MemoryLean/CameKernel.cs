using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

internal sealed class CameBinding(Came options, StateSlot[] state) : FactoredBinding(state)
{
    private protected override IEnumerable<string> Lines() =>
    [
        .. options.Factored
            ? new[] { "R ← β₂·R + (1 − β₂)·mean_j(g² + ε₁)", "C ← β₂·C + (1 − β₂)·mean_i(g² + ε₁)", "U = g/√(R·Cᵀ/mean(R))" }
            : ["v ← β₂·v + (1 − β₂)·(g² + ε₁)", "U = g/√v"],
        "Û = U/max(1, RMS(U)/D)",
        "m ← β₁·m + (1 − β₁)·Û",
        .. options.Factored
            ? new[] { "S ← β₃·S + (1 − β₃)·mean_j((Û − m)² + ε₂)", "Q ← β₃·Q + (1 − β₃)·mean_i((Û − m)² + ε₂)", "u = m/√(S·Qᵀ/mean(S))" }
            : ["u = m"],
    ];

    private protected override Kernel<T> CreateOwnKernel<T>(Method method)
    {
        var clipping = new Clipping(shape => shape.Length - 2, at => options.Beta2.At(at.Update), options.Epsilon1, options.ClipThreshold);
        return options.Factored
            ? new ClippedKernel<T, Whitened, CameDirection>(
                clipping with { Confidence = new(at => options.Beta1.At(at.Update), at => options.Beta3.At(at.Update), options.Epsilon2) },
                (_, _) => default,
                (_, _, _) => default,
                method,
                this)
            : new ClippedKernel<T, WholeSecondMoment, WithMomentum<WholeSecondMoment>>(
                clipping,
                clipping.Whole,
                (u, at, _) => new(u, new Constant("β₁", options.Beta1.At(at.Update)), new Constant("1 − β₁", 1 - options.Beta1.At(at.Update))),
                method,
                this);
    }
}

/// <summary>m ← β₁·m + (1 − β₁)·Û; the result is Û − m.</summary>
internal readonly struct CameDifference(double beta1) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V column, ref V row, ref V m, ref V s3)
        where V : struct, ILane<V>
    {
        V u = g * column * row;
        m = (beta1 * m) + (oneMinusBeta1 * u);
        return u - m;
    }
}

/// <summary>u = m/√(S·Qᵀ/mean(S)), with the new m.</summary>
internal readonly struct CameDirection : IRule
{
    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V column, ref V row, ref V m, ref V s3)
        where V : struct, ILane<V> => m * column * row;
}
