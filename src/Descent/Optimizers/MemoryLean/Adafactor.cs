using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Adafactor: the mean square of a matrix is kept as its row and column means only; updates are clipped, and steps are relative to the parameter.</summary>
/// <remarks>
/// <para>R ← β₂ₜ·R + (1 − β₂ₜ)·mean_j(g² + ε₁); C ← β₂ₜ·C + (1 − β₂ₜ)·mean_i(g² + ε₁); V = R·Cᵀ/mean(R); U = g/√V;
/// Û = U/max(1, RMS(U)/D); θ ← θ − α·Û; with α = max(ε₂, RMS(θ))·min(η, 1/√t) and β₂ₜ = 1 − t^c. Vectors keep V itself.</para>
/// <para>Paper: Shazeer, Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", ICML 2018,
/// <see href="https://arxiv.org/abs/1804.04235"/>, Algorithms 4 and 5.</para>
/// <para>Departures: the 10⁻² of the relative step is the learning rate, as in PyTorch; with fixed steps it is the step itself (fairseq);
/// momentum, with the rate inside, and weight decay scaled by α beside the direction (fairseq); which axes are factored (see
/// <see cref="MinimumDimensionToFactor"/>).</para>
/// </remarks>
public sealed record Adafactor() : Method(learningRate: 0.01)
{
    /// <summary>Whether the learning rate is at most 1/√t.</summary>
    [Option("relative steps: the rate is at most 1/√t")]
    public bool RelativeStep { get; init; } = true;

    /// <summary>Whether relative steps grow from η·10⁻⁴·t. Needs <see cref="RelativeStep"/>.</summary>
    [Option("relative steps grow as η·10⁻⁴·t at first")]
    public bool WarmupInit { get; init; }

    /// <summary>Whether the step is multiplied by RMS(θ).</summary>
    [Option("multiply the step by the RMS of the parameter")]
    public bool ScaleParameter { get; init; } = true;

    /// <summary>What is added to the squared gradient, in (0, ∞).</summary>
    [Option("ε₁ added to the squared gradient", "(0, ∞)")]
    public double Epsilon1 { get; init; } = 1e-30;

    /// <summary>The smallest RMS(θ) that counts, in [0, ∞).</summary>
    [Option("ε₂, the smallest RMS of the parameter that counts", "[0, ∞)")]
    public double Epsilon2 { get; init; } = 1e-3;

    /// <summary>The RMS above which updates are scaled down, in (0, ∞).</summary>
    [Option("D, the RMS above which updates are scaled down", "(0, ∞)")]
    public double ClipThreshold { get; init; } = 1;

    /// <summary>The exponent c of the decay β₂ₜ = 1 − t^c, below 0.</summary>
    [Option("exponent c of the decay β₂ₜ = 1 − t^c", "(-∞, 0)")]
    public double DecayRate { get; init; } = -0.8;

    /// <summary>The decay β₁ of the mean update m, in [0, 1); null for no momentum, and no memory for it.</summary>
    [Option("decay β₁ of the mean update m", "[0, 1)")]
    public double? Beta1 { get; init; }

    /// <summary>
    /// 0 factors the last two axes of every tensor that has two (fairseq, PyTorch). Otherwise both axes must be larger than this, and
    /// for tensors of more than two axes the first two, the channels of a kernel, are tried before the last two (PyTorch Image Models).
    /// </summary>
    [Option("size above which two axes are factored; 0 for the last two whatever their size", "[0, 2147483647]")]
    public int MinimumDimensionToFactor { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override string RateSymbol => "α";

    /// <inheritdoc/>
    public override RuleBinding Rule => new AdafactorBinding(this, State());

    /// <summary>Whether the tensors that this method moves are factored; <see cref="MethodFor"/> says.</summary>
    internal bool Factored { get; init; } = true;

    /// <inheritdoc/>
    public override Method MethodFor(ReadOnlySpan<int> shape) => this with { Factored = RowAxis(shape) >= 0 };

    /// <inheritdoc/>
    public override double RateAt(StepPoint at) => RelativeStep
        ? Math.Min(WarmupInit ? base.RateAt(at) * 1e-4 * at.Step : base.RateAt(at), 1 / Math.Sqrt(at.Step))
        : base.RateAt(at);

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Beta1 is null ? base.StepSize(at) : Constant.One;

    /// <summary>The axis of the rows, before that of the columns; -1 where the tensor is not factored.</summary>
    internal int RowAxis(ReadOnlySpan<int> shape)
    {
        var last = shape.Length - 2;
        return last < 0 ? -1
            : MinimumDimensionToFactor == 0 ? (FactoredShape.Product(shape) > 0 ? last : -1)
            : last > 0 && Large(shape, 0) ? 0
            : Large(shape, last) ? last
            : -1;

        bool Large(ReadOnlySpan<int> sizes, int axis) => sizes[axis] > MinimumDimensionToFactor && sizes[axis + 1] > MinimumDimensionToFactor;
    }

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        if (WarmupInit && !RelativeStep)
        {
            throw new DescentException("WarmupInit must have RelativeStep true, but RelativeStep was false.");
        }
    }

    private StateSlot[] State()
    {
        StateSlot[] moment = Factored
            ? [new("R") { ShapeFor = shape => Without(shape, RowAxis(shape) + 1) }, new("C") { ShapeFor = shape => Without(shape, RowAxis(shape)) }]
            : ["v"];
        return Beta1 is null ? moment : [.. moment, "m"];

        static int[] Without(int[] shape, int axis) => [.. shape[..axis], .. shape[(axis + 1)..]];
    }
}
