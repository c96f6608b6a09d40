using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Engine;
using Descent.Optimizers;

namespace Descent.Storage;

/// <summary>
/// An element-wise method at work on numbers that are not kept as floats: a stretch is taken out of memory into the cache,
/// goes through the same loop as floats do, and is put back.
/// </summary>
internal abstract class StagedKernel : ISegmentRunner
{
    /// <summary>Whether the rule's constants differ from parameter to parameter.</summary>
    public abstract bool PreparesEach { get; }

    /// <summary>Prepares for the coming step of some parameters.</summary>
    public abstract void Prepare(Cohort cohort);

    /// <summary>Prepares for the coming step of one parameter.</summary>
    public abstract void Prepare(StagedParameter parameter);

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<Segment> segments)
    {
        foreach (ref readonly var segment in segments)
        {
            if (segment.Cohort.IsActive)
            {
                Run((StagedParameter)segment.Parameter, in segment);
            }
        }
    }

    protected abstract void Run(StagedParameter parameter, in Segment segment);
}

/// <inheritdoc/>
internal sealed class StagedKernel<TRule>(Method method, RuleBinding binding, AtMoment<TRule> ruleAt) : StagedKernel
    where TRule : struct, IRule
{
    private Composed<TRule>[] composed = new Composed<TRule>[1];

    public override bool PreparesEach => binding.Scalars.Count > 0;

    public override void Prepare(Cohort cohort)
    {
        if (PreparesEach)
        {
            return;
        }

        if (cohort.Index >= composed.Length)
        {
            Array.Resize(ref composed, 2 * cohort.Index);
        }

        composed[cohort.Index].Compose(ruleAt(new Moment(cohort.At, default, 0, default, default, default)), method, cohort.At, cohort.Sigma);
    }

    public override void Prepare(StagedParameter parameter) => binding.Advance?.Invoke(MomentOf(parameter));

    protected override void Run(StagedParameter parameter, in Segment segment)
    {
        if (PreparesEach)
        {
            Composed<TRule> own = default;
            own.Compose(ruleAt(MomentOf(parameter)), method, parameter.At, parameter.Sigma);
            Run(in own, parameter, in segment);
        }
        else
        {
            Run(in composed[parameter.Cohort.Index], parameter, in segment);
        }
    }

    private static Moment MomentOf(StagedParameter parameter) =>
        new(parameter.At, parameter.Parameter.Shape, parameter.Parameter.Length, default, default, parameter.ScalarsOf(0));

    [SkipLocalsInit]
    private static void Run(in Composed<TRule> update, StagedParameter parameter, in Segment segment)
    {
        var done = 0;
        if (segment.Count >= NumberStore.Block && EightBitLoop.Takes(parameter, TRule.Slots))
        {
            done = segment.Count / NumberStore.Block * NumberStore.Block;
            update.Run(parameter, segment.Start, done);
        }

        var most = parameter.Stretch;
        Span<float> buffers = stackalloc float[6 * (NumberStore.Block + StagedStretch.Gap)];
        buffers = buffers[..(6 * (most + StagedStretch.Gap))];
        for (; done < segment.Count; done += most)
        {
            var count = Math.Min(most, segment.Count - done);
            var stretch = new StagedStretch(parameter, segment.Start + done, count, TRule.Slots, buffers);
            update.Run(stretch.Range, count);
            stretch.PutBack();
        }
    }
}

/// <summary>A stretch of a parameter with its gradient and state, taken out of memory.</summary>
internal readonly ref struct StagedStretch
{
    /// <summary>Buffers that start at the same place of a page would wait for each other's stores.</summary>
    public const int Gap = 80;

    private readonly StagedParameter parameter;
    private readonly int start;
    private readonly int count;
    private readonly int slots;

    /// <param name="parameter">Whose numbers.</param>
    /// <param name="start">The first element.</param>
    /// <param name="count">How many.</param>
    /// <param name="slots">How many slots of state, at most 4.</param>
    /// <param name="buffers">Six times as long as a stretch may be.</param>
    /// <param name="gradient">What stands in the gradient's place; the gradient itself when null.</param>
    public StagedStretch(StagedParameter parameter, int start, int count, int slots, Span<float> buffers, INumbers? gradient = null)
    {
        (this.parameter, this.start, this.count, this.slots) = (parameter, start, count, slots);
        var length = buffers.Length / 6;
        ref var theta = ref parameter.Weights.Load(start, count, buffers[..length]);
        ref var g = ref (gradient ?? parameter.Gradient).Load(start, count, buffers.Slice(length, length));
        ref var s0 = ref Slot(0, ref theta, buffers[(2 * length)..]);
        ref var s1 = ref Slot(1, ref theta, buffers[(3 * length)..]);
        ref var s2 = ref Slot(2, ref theta, buffers[(4 * length)..]);
        ref var s3 = ref Slot(3, ref theta, buffers[(5 * length)..]);
        Range = new ElementRange<float>(ref theta, ref g, ref s0, ref s1, ref s2, ref s3);
    }

    /// <summary>Where the numbers are.</summary>
    public ElementRange<float> Range { get; }

    /// <summary>Puts the parameter and its state back.</summary>
    public void PutBack()
    {
        parameter.Weights.Store(start, Of(ref Range.Theta), parameter.Key(0));
        PutBackState();
    }

    /// <summary>Puts the state back.</summary>
    public void PutBackState()
    {
        if (slots > 0)
        {
            parameter.State[0].Store(start, Of(ref Range.S0), parameter.Key(1));
        }

        if (slots > 1)
        {
            parameter.State[1].Store(start, Of(ref Range.S1), parameter.Key(2));
        }

        if (slots > 2)
        {
            parameter.State[2].Store(start, Of(ref Range.S2), parameter.Key(3));
        }

        if (slots > 3)
        {
            parameter.State[3].Store(start, Of(ref Range.S3), parameter.Key(4));
        }
    }

    private ref float Slot(int slot, ref float none, Span<float> buffer) =>
        ref slot < slots ? ref parameter.State[slot].Load(start, count, buffer) : ref none;

    private Span<float> Of(ref float first) => MemoryMarshal.CreateSpan(ref first, count);
}
