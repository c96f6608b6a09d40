using Descent.Engine;
using Descent.Schedules;

namespace Descent.Gradients;

/// <summary>All gradients together are scaled down to a norm: g ← g·min(1, maximum/(‖g‖ₚ + 10⁻⁶)).</summary>
/// <remarks>
/// Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013,
/// <see href="https://arxiv.org/abs/1211.5063"/>, algorithm 1. The 10⁻⁶ is PyTorch's.
/// </remarks>
/// <param name="Maximum">The largest norm; at least 0.</param>
/// <param name="P">The order of the norm: at least 1, also ∞.</param>
public sealed record ClipByNorm(double Maximum, double P = 2) : GradientClipping
{
    /// <summary>The largest norm; at least 0.</summary>
    public double Maximum { get; init; } = Schedule.Finite(Maximum, "The largest norm of clipping");

    /// <summary>The order of the norm: at least 1, also ∞.</summary>
    public double P { get; init; } = P >= 1 ? P : throw new DescentException($"The order of a norm must be at least 1, but was {Schedule.Text(P)}.");

    internal override double? Order => P;

    internal override double FactorFor(double norm, ClippingHistory? history) => Shrink(norm, Maximum);
}

/// <summary>Every number of a gradient is kept in [−limit, limit].</summary>
/// <param name="Limit">At least 0.</param>
public sealed record ClipByValue(double Limit) : GradientClipping
{
    /// <summary>At least 0.</summary>
    public double Limit { get; init; } = Schedule.Finite(Limit, "The limit of clipping by value");

    internal override bool Transforms => true;

    internal override void Transform(Parameter parameter, double scale) => parameter.ChangeGradient(new Clamp(Limit / Math.Abs(scale)), 0, parameter.Length);

    private readonly struct Clamp(double limit) : IGradientChange
    {
        public void Apply<T>(Span<T> gradient, int start)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
            System.Numerics.Tensors.TensorPrimitives.Clamp(gradient, T.CreateTruncating(-limit), T.CreateTruncating(limit), gradient);
    }
}

/// <summary>The gradient of each tensor is scaled down to a norm of its own.</summary>
/// <param name="Maximum">The largest norm; at least 0.</param>
/// <param name="P">The order of the norm: at least 1, also ∞.</param>
public sealed record ClipEachTensor(double Maximum, double P = 2) : GradientClipping
{
    /// <summary>The largest norm; at least 0.</summary>
    public double Maximum { get; init; } = Schedule.Finite(Maximum, "The largest norm of clipping");

    /// <summary>The order of the norm: at least 1, also ∞.</summary>
    public double P { get; init; } = P >= 1 ? P : throw new DescentException($"The order of a norm must be at least 1, but was {Schedule.Text(P)}.");

    internal override bool Transforms => true;

    internal override void Transform(Parameter parameter, double scale)
    {
        var factor = Shrink(GradientReport.NormOf(parameter, P) * Math.Abs(scale), Maximum);
        if (factor != 1)
        {
            parameter.ChangeGradient(new Multiply(factor), 0, parameter.Length);
        }
    }
}

/// <summary>
/// The gradient of each unit is kept below a share of the unit's weights: where ‖gᵢ‖ ≥ m, with m = factor·max(‖θᵢ‖, ε), gᵢ becomes
/// gᵢ·m/max(‖gᵢ‖, 10⁻⁶). A unit is a slice along the first axis; a vector is one unit.
/// </summary>
/// <remarks>
/// Source: Brock, De, Smith, Simonyan, "High-Performance Large-Scale Image Recognition Without Normalization", ICML 2021,
/// <see href="https://arxiv.org/abs/2102.06171"/>, equation 3. The 10⁻⁶ is timm's.
/// </remarks>
/// <param name="Factor">λ of the paper: above 0; 0.01 there for large batches.</param>
/// <param name="Floor">The smallest norm that weights count with, so that weights of 0 can move; above 0.</param>
public sealed record AdaptiveClipping(double Factor = 0.01, double Floor = 1e-3) : GradientClipping
{
    /// <summary>Above 0.</summary>
    public double Factor { get; init; } = Schedule.Positive(Factor, "The factor of adaptive clipping");

    /// <summary>The smallest norm that weights count with; above 0.</summary>
    public double Floor { get; init; } = Schedule.Positive(Floor, "The floor of adaptive clipping");

    internal override bool Transforms => true;

    internal override void Transform(Parameter parameter, double scale)
    {
        var rows = parameter.Shape.Length > 1 ? parameter.Shape[0] : 1;
        var length = rows == 0 ? 0 : parameter.Length / rows;
        for (var row = 0; row < rows; row++)
        {
            var limit = Factor * Math.Max(Math.Sqrt(parameter.ValueSumOfSquares(row * length, length)), Floor);
            var norm = GradientReport.NormOf(parameter, 2, row * length, length) * Math.Abs(scale);
            if (!(norm < limit))
            {
                parameter.ChangeGradient(new Multiply(limit / Math.Max(norm, Epsilon)), row * length, length);
            }
        }
    }
}

/// <summary>All gradients together are scaled down to a percentile of the norms seen so far, this one included.</summary>
/// <remarks>
/// Source: Seetharaman, Wichern, Pardo, Le Roux, "AutoClip: Adaptive Gradient Clipping for Source Separation Networks", MLSP 2020,
/// <see href="https://arxiv.org/abs/2007.14469"/>, algorithm 1, which keeps all norms; here the latest are kept. Applied to
/// parameters without an optimizer it has no history and changes nothing but by the 10⁻⁶.
/// </remarks>
/// <param name="Percentile">In [0, 100], linear between norms; 10 in the paper.</param>
/// <param name="History">How many norms are kept; at least 1.</param>
public sealed record ClipByPercentile(double Percentile = 10, int History = 1_000) : GradientClipping
{
    /// <summary>In [0, 100].</summary>
    public double Percentile { get; init; } = Percentile is >= 0 and <= 100
        ? Percentile
        : throw new DescentException($"The percentile of clipping must be in [0, 100], but was {Schedule.Text(Percentile)}.");

    /// <summary>How many norms are kept; at least 1.</summary>
    public int History { get; init; } = History >= 1 ? History : throw new DescentException($"The history of clipping must be at least 1, but was {History}.");

    internal override double? Order => 2;

    internal override double FactorFor(double norm, ClippingHistory? history) => Shrink(norm, history?.Next(norm, Percentile) ?? norm);
}
