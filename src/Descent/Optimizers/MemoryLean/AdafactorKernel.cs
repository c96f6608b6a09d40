using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

internal sealed class AdafactorBinding(Adafactor options, StateSlot[] state) : FactoredBinding(state)
{
    private protected override IEnumerable<string> Lines() =>
    [
        (options.RelativeStep, options.WarmupInit) switch
        {
            (false, _) => "ρ = η",
            (_, true) => "ρ = min(10⁻⁴·η·t, 1/√t)",
            _ => "ρ = min(η, 1/√t)",
        },
        options.ScaleParameter ? "α = max(ε₂, RMS(θ))·ρ" : "α = ρ",
        "β₂ₜ = 1 − t^c",
        .. options.Factored
            ? new[] { "R ← β₂ₜ·R + (1 − β₂ₜ)·mean_j(g² + ε₁)", "C ← β₂ₜ·C + (1 − β₂ₜ)·mean_i(g² + ε₁)", "V = R·Cᵀ/mean(R)", "U = g/√V" }
            : ["v ← β₂ₜ·v + (1 − β₂ₜ)·(g² + ε₁)", "U = g/√v"],
        "Û = U/max(1, RMS(U)/D)",
        .. options.Beta1 is null ? new[] { "u = Û" } : ["m ← β₁·m + (1 − β₁)·α·Û", "u = m"],
    ];

    private protected override Kernel<T> CreateOwnKernel<T>(Method method)
    {
        var clipping = new Clipping(shape => options.RowAxis(shape), at => 1 - Math.Pow(at.Step, options.DecayRate), options.Epsilon1, options.ClipThreshold)
        {
            LeastScale = options.ScaleParameter ? options.Epsilon2 : null,
        };
        return (options.Factored, options.Beta1) switch
        {
            (true, null) => new ClippedKernel<T, Whitened, Whitened>(clipping, (_, _) => default, (u, _, _) => u, method, this),
            (true, { } beta1) => new ClippedKernel<T, Whitened, WithMomentum<Whitened>>(clipping, (_, _) => default, (u, _, alpha) => Mean(u, beta1, alpha), method, this),
            (_, null) => new ClippedKernel<T, WholeSecondMoment, WholeSecondMoment>(clipping, clipping.Whole, (u, _, _) => u, method, this),
            (_, { } beta1) => new ClippedKernel<T, WholeSecondMoment, WithMomentum<WholeSecondMoment>>(clipping, clipping.Whole, (u, _, alpha) => Mean(u, beta1, alpha), method, this),
        };
    }

    /// <summary>m ← β₁·m + (1 − β₁)·α·Û.</summary>
    private static WithMomentum<TUpdate> Mean<TUpdate>(TUpdate update, double beta1, double alpha)
        where TUpdate : struct, IRule => new(update, new Constant("β₁", beta1), new Constant("(1 − β₁)·α", (1 - beta1) * alpha));
}
