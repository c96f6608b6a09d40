using System.Numerics;

namespace Descent.Engine;

/// <summary>What Lookahead does every few steps: slow parameters move towards the fast ones, which then start from there.</summary>
/// <param name="Period">How many steps are between.</param>
/// <param name="SlowStep">How far the slow ones move, in (0, 1].</param>
/// <param name="Momentum">What becomes of the fast steps' momentum.</param>
internal sealed record Synchronization(int Period, double SlowStep, MomentumOnSynchronization Momentum)
{
    public int SlowSlot { get; private init; }

    /// <summary>The slot of the inner method's momentum, or -1.</summary>
    public int MomentumSlot { get; private init; }

    public IEnumerable<StateSlot> Slots =>
        Momentum == MomentumOnSynchronization.Interpolate
            ? [new StateSlot("slow") { StartsAtParameter = true }, new StateSlot("slow_momentum")]
            : [new StateSlot("slow") { StartsAtParameter = true }];

    /// <summary>The same, behind the slots of a rule.</summary>
    public Synchronization After(IReadOnlyList<StateSlot> state) => this with
    {
        SlowSlot = state.Count,
        MomentumSlot = state.ToList().FindIndex(slot => slot.Name is "b" or "m"),
    };

    /// <summary>
    /// What pulling back multiplies the momentum by: α at first, when the slow momentum is 0, then α + (1 − α)·α, because the
    /// slow one is the momentum that was just multiplied.
    /// </summary>
    public double ShrinkAt(long step) => step == Period ? SlowStep : SlowStep * (2 - SlowStep);

    public IEnumerable<string> Equations(IReadOnlyList<StateSlot> state)
    {
        var momentum = MomentumSlot < 0 ? "the momentum" : state[MomentumSlot].Symbol;
        yield return "every k steps: slow ← slow + α·(θ − slow); θ ← slow";
        if (Momentum == MomentumOnSynchronization.Reset)
        {
            yield return $"    and {momentum} ← 0";
        }
        else if (Momentum == MomentumOnSynchronization.Pullback)
        {
            yield return $"    and {momentum} ← (2 − α)·α·{momentum}; the first time {momentum} ← α·{momentum}";
        }
        else if (Momentum == MomentumOnSynchronization.Interpolate)
        {
            yield return $"    and slow_momentum ← slow_momentum + α·({momentum} − slow_momentum); {momentum} ← slow_momentum";
        }
    }
}

/// <summary>The kernel of a method with what follows every few of its steps, while the segment is in the cache.</summary>
internal sealed class SynchronizedKernel<T>(Kernel<T> inner, Synchronization synchronization) : Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int Passes => inner.Passes;

    public override int Stride => inner.Stride;

    public override void Bind(BoundParameter<T> parameter) => inner.Bind(parameter);

    public override bool AddSegments(BoundParameter<T> parameter, List<Segment> segments) => inner.AddSegments(parameter, segments);

    public override void Prepare(Cohort cohort) => inner.Prepare(cohort);

    public override bool PreparesEach => inner.PreparesEach;

    public override void Prepare(BoundParameter<T> parameter) => inner.Prepare(parameter);

    public override int Streams(int pass) => inner.Streams(pass);

    public override int Written(int pass, int states) => inner.Written(pass, states);

    public override bool Reads(int pass) => inner.Reads(pass);

    public override void Pass(int pass, BoundParameter<T> parameter, in Segment segment) => inner.Pass(pass, parameter, in segment);

    public override void EndPass(int pass, BoundParameter<T> parameter) => inner.EndPass(pass, parameter);

    public override void EndPass(int pass, GroupState group) => inner.EndPass(pass, group);

    public override void Run(BoundParameter<T> parameter, in Segment segment)
    {
        inner.Run(parameter, in segment);
        if (parameter.At.Step % synchronization.Period != 0)
        {
            return;
        }

        var range = segment.Start..(segment.Start + segment.Count);
        Pull(parameter.Typed.Values.Span[range], parameter.State[synchronization.SlowSlot].AsSpan(range));
        var momentum = synchronization.MomentumSlot < 0 ? default : parameter.State[synchronization.MomentumSlot].AsSpan(range);
        switch (synchronization.Momentum)
        {
            case MomentumOnSynchronization.Reset:
                momentum.Clear();
                break;
            case MomentumOnSynchronization.Pullback:
                Shrink(momentum, T.CreateTruncating(synchronization.ShrinkAt(parameter.At.Step)));
                break;
            case MomentumOnSynchronization.Interpolate:
                Pull(momentum, parameter.State[synchronization.SlowSlot + 1].AsSpan(range));
                break;
            default:
                break;
        }
    }

    private static void Shrink(Span<T> momentum, T factor)
    {
        foreach (ref var b in momentum)
        {
            b *= factor;
        }
    }

    /// <summary>slow ← slow + α·(fast − slow); fast ← slow.</summary>
    private void Pull(Span<T> fast, Span<T> slow)
    {
        var alpha = T.CreateTruncating(synchronization.SlowStep);
        for (var i = 0; i < fast.Length; i++)
        {
            slow[i] += alpha * (fast[i] - slow[i]);
            fast[i] = slow[i];
        }
    }
}
