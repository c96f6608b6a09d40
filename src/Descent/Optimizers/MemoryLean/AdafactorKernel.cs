using System.Numerics;
using Descent.Engine;

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

    /// <summary>g and θ; then g, and v where nothing is factored.</summary>
    protected override int MeasuredStreams(int measure) => (measure, options.Factored) switch
    {
        (0, var factored) => (factored ? 1 : 0) + (options.ScaleParameter ? 1 : 0),
        (_, true) => 1,
        _ => 2,
    };

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
        if (!options.ScaleParameter)
        {
            return 0;
        }

        Fetch(parameter.Typed.Values.Span, in piece);
        return SumOfSquares.Of<T>(parameter.Typed.Values.Span[piece.Range]);
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
