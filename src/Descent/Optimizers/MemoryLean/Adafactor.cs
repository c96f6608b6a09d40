using System.Numerics;
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

    private protected override Kernel<T> CreateOwnKernel<T>(Method method) => new AdafactorKernel<T>(options, method, this);
}

internal sealed class AdafactorScratch<T>(RowBlocks blocks, bool factored) : FactoredScratch(blocks)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public FactoredMoment<T>? Moment { get; } = factored ? new(blocks) : null;

    public double Alpha { get; set; }

    /// <summary>max(1, RMS(U)/D).</summary>
    public double Excess { get; set; }
}

/// <summary>Two passes read, for R, C and RMS(θ), and for RMS(U); then one moves.</summary>
internal sealed class AdafactorKernel<T>(Adafactor options, Method method, RuleBinding binding) : FactoredKernel<T, AdafactorScratch<T>>(method, binding, measures: 2)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RuleBinding binding = binding;

    protected override AdafactorScratch<T> NewScratch(BoundParameter<T> parameter)
    {
        var shape = parameter.Typed.Shape;
        return options.Factored
            ? new(new RowBlocks(FactoredShape.Of(shape, options.RowAxis(shape)), fewestRows: 64), factored: true)
            : new(new RowBlocks(FactoredShape.Elements(shape, binding.CentralizedFrom is not null), fewestRows: 1), factored: false);
    }

    protected override bool Measures(int measure) => measure == 1 || options.Factored || options.ScaleParameter;

    protected override void Begin(int measure, AdafactorScratch<T> scratch, int block)
    {
        if (measure == 0)
        {
            scratch.Moment?.Clear(block);
        }
    }

    protected override double Measure(int measure, BoundParameter<T> parameter, AdafactorScratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> work)
    {
        if (measure == 1)
        {
            if (scratch.Moment is { } moment)
            {
                return moment.SumOfWhitenedSquares(in piece, g, work);
            }

            var u = work[..piece.Count];
            Normalize(parameter, scratch, in piece, g, u, 1, work[Piece.Longest..], keep: false);
            return SumOfSquares.Of<T>(u);
        }

        scratch.Moment?.Add(in piece, g);
        return options.ScaleParameter ? SumOfSquares.Of<T>(parameter.Typed.Values.Span[piece.Range]) : 0;
    }

    protected override void End(int measure, BoundParameter<T> parameter, AdafactorScratch<T> scratch, int block)
    {
        if (measure == 0)
        {
            scratch.Moment?.UpdateBlock(block, parameter.State[0], parameter.State[1], Beta2(parameter), options.Epsilon1);
        }
    }

    protected override void EndMeasure(int measure, BoundParameter<T> parameter, AdafactorScratch<T> scratch, double sum)
    {
        var rms = Math.Sqrt(sum / parameter.Typed.Length);
        if (measure == 1)
        {
            scratch.Excess = Math.Max(1, rms / options.ClipThreshold);
            return;
        }

        scratch.Alpha = parameter.At.Rate * (options.ScaleParameter ? Math.Max(options.Epsilon2, rms) : 1);
        scratch.Moment?.UpdateAll(parameter.State[0], parameter.State[1], Beta2(parameter), options.Epsilon1);
    }

    protected override void Direct(BoundParameter<T> parameter, AdafactorScratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> d, Span<T> work, bool keep)
    {
        Normalize(parameter, scratch, in piece, g, d, 1 / scratch.Excess, work, keep);
        if (options.Beta1 is { } beta1)
        {
            Apply(new MeanDirection(beta1, scratch.Alpha), d, d, Slot(parameter, options.Factored ? 2 : 1, in piece, work, keep));
        }
    }

    protected override StepPoint PointOf(BoundParameter<T> parameter, AdafactorScratch<T> scratch) => parameter.At with { Rate = scratch.Alpha };

    private double Beta2(BoundParameter<T> parameter) => 1 - Math.Pow(parameter.At.Step, options.DecayRate);

    /// <summary>scale·g/√V.</summary>
    private void Normalize(BoundParameter<T> parameter, AdafactorScratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> u, double scale, Span<T> work, bool keep)
    {
        if (scratch.Moment is { } moment)
        {
            moment.Whiten(in piece, g, u, T.CreateTruncating(scale));
        }
        else
        {
            Apply(new WholeSecondMoment(Beta2(parameter), options.Epsilon1, scale), g, u, Slot(parameter, 0, in piece, work, keep));
        }
    }
}
