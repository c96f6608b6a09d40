using System.Numerics;
using System.Runtime.Intrinsics;
using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>What Adafactor and CAME have in common: g divided by the root of its mean square, factored or whole, and scaled down where its RMS is large.</summary>
/// <param name="RowAxis">The axis of a tensor's rows, before that of its columns; -1 where elements stand alone.</param>
/// <param name="Beta2">The decay of the mean square.</param>
/// <param name="Epsilon1">What is added to the squared gradient.</param>
/// <param name="Threshold">The RMS above which updates are scaled down.</param>
internal sealed record Clipping(Func<int[], int> RowAxis, Func<StepPoint, double> Beta2, double Epsilon1, double Threshold)
{
    /// <summary>The smallest RMS(θ) that counts, where steps are relative to it.</summary>
    public double? LeastScale { get; init; }

    /// <summary>What damps the mean update.</summary>
    public Confidence? Confidence { get; init; }

    /// <summary>The update, scaled, of tensors that are not factored.</summary>
    public WholeSecondMoment Whole(StepPoint at, double scale) => new(Beta2(at), Epsilon1, scale);
}

/// <summary>How the mean square of the difference between updates and their mean is kept.</summary>
internal sealed record Confidence(Func<StepPoint, double> Beta1, Func<StepPoint, double> Beta3, double Epsilon2);

internal sealed class ClippedScratch<T>(RowBlocks blocks, bool factored, bool damped) : FactoredScratch(blocks)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>R and C.</summary>
    public FactoredMoment<T>? Moment { get; } = factored ? new(blocks) : null;

    /// <summary>S and Q of CAME.</summary>
    public FactoredMoment<T>? Instability { get; } = damped ? new(blocks) : null;

    public double Alpha { get; set; }

    /// <summary>max(1, RMS(U)/D).</summary>
    public double Excess { get; set; }
}

/// <summary>Two passes read, for R, C and RMS(θ), and for RMS(U); with confidence a third moves m, for S and Q; then one moves.</summary>
internal sealed class ClippedKernel<T, TUpdate, TRule>(
    Clipping clipping,
    Func<StepPoint, double, TUpdate> update,
    Func<TUpdate, StepPoint, double, TRule> rule,
    Method method,
    RuleBinding binding) : FactoredKernel<T, ClippedScratch<T>, TRule>(method, binding, measures: clipping.Confidence is null ? 2 : 3)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TUpdate : struct, IRule
    where TRule : struct, IRule
{
    private static readonly bool Factored = typeof(TUpdate) == typeof(Whitened);

    /// <summary>Four rows together need more registers than narrower vectors have. The sums are added up in the same order either way.</summary>
    private static readonly bool SideBySide = Vector512.IsHardwareAccelerated;

    private readonly bool centralizes = binding.CentralizedFrom is not null;

    protected override int? MovesStateIn => clipping.Confidence is null ? null : 2;

    protected override ClippedScratch<T> NewScratch(BoundParameter<T> parameter)
    {
        var shape = parameter.Typed.Shape.ToArray();
        var blocks = Factored
            ? new RowBlocks(FactoredShape.Of(shape, clipping.RowAxis(shape)), fewestRows: 64)
            : new RowBlocks(FactoredShape.Elements(shape, centralizes), fewestRows: 1, inOnePiece: !centralizes);
        return new(blocks, Factored, clipping.Confidence is not null);
    }

    protected override bool Measures(int measure) => measure > 0 || MeasuredStreams(measure) > 0;

    /// <summary>g and θ; then g, and v where nothing is factored; then g and m.</summary>
    protected override int MeasuredStreams(int measure) => (measure, Factored) switch
    {
        (0, var factored) => (factored ? 1 : 0) + (clipping.LeastScale is null ? 0 : 1),
        (1, true) => 1,
        _ => 2,
    };

    protected override double Measure(int measure, BoundParameter<T> parameter, ClippedScratch<T> scratch, int block)
    {
        if (measure == 1)
        {
            return SumOfSquares(update(parameter.At, 1), parameter, scratch.Moment?.Factors() ?? Factors<T>.None, block);
        }

        Span<T> work = stackalloc T[PieceReader<T>.Work];
        if (measure == 2)
        {
            var confidence = clipping.Confidence!;
            var pieces = new PieceReader<T>(parameter, scratch.Moment!.Factors(1 / scratch.Excess), block, work);
            scratch.Instability!.Sum(new CameDifference(confidence.Beta1(parameter.At)), ref pieces, block, keep: true);
            scratch.Instability.UpdateBlock(block, parameter.State[2], parameter.State[3], confidence.Beta3(parameter.At), confidence.Epsilon2);
            return 0;
        }

        if (scratch.Moment is { } moment)
        {
            var pieces = new PieceReader<T>(parameter, Factors<T>.None, block, work, SideBySide);
            moment.Sum(default(GradientRule), ref pieces, block, keep: false);
            moment.UpdateBlock(block, parameter.State[0], parameter.State[1], clipping.Beta2(parameter.At), clipping.Epsilon1);
        }

        return clipping.LeastScale is null ? 0 : FactoredSums.Of(parameter.Typed.Values.Span[scratch.Blocks.RangeOf(block)]);
    }

    protected override void EndMeasure(int measure, BoundParameter<T> parameter, ClippedScratch<T> scratch, double sum)
    {
        var rms = Math.Sqrt(sum / parameter.Typed.Length);
        switch (measure)
        {
            case 0:
                scratch.Alpha = parameter.At.Rate * (clipping.LeastScale is { } least ? Math.Max(least, rms) : 1);
                scratch.Moment?.UpdateAll(parameter.State[0], parameter.State[1], clipping.Beta2(parameter.At), clipping.Epsilon1);
                break;
            case 1:
                scratch.Excess = Math.Max(1, rms / clipping.Threshold);
                break;
            default:
                scratch.Instability!.UpdateAll(parameter.State[2], parameter.State[3], clipping.Confidence!.Beta3(parameter.At), clipping.Confidence.Epsilon2);
                break;
        }
    }

    protected override TRule Rule(BoundParameter<T> parameter, ClippedScratch<T> scratch) => rule(update(parameter.At, 1 / scratch.Excess), parameter.At, scratch.Alpha);

    protected override Factors<T> FactorsOf(ClippedScratch<T> scratch) =>
        scratch.Instability?.Factors() ?? scratch.Moment?.Factors(1 / scratch.Excess) ?? Factors<T>.None;

    protected override StepPoint PointOf(BoundParameter<T> parameter, ClippedScratch<T> scratch) => parameter.At with { Rate = scratch.Alpha };
}
