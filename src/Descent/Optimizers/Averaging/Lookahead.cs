using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>Lookahead: slow parameters follow the fast ones of another method every few steps, which then start again from there.</summary>
/// <remarks>
/// <para>θ by the inner method; every k steps: φ ← φ + α·(θ − φ); θ ← φ.</para>
/// <para>Paper: Zhang, Lucas, Hinton, Ba, "Lookahead Optimizer: k steps forward, 1 step back", NeurIPS 2019,
/// <see href="https://arxiv.org/abs/1907.08610"/>, Algorithm 1.</para>
/// <para>Departures: the slow parameters start as the initial ones, as in the paper (some ports create them at the first
/// synchronization, which makes that one a no-op). Pulling the momentum back is what the authors' code does: from the first
/// synchronization on its slow momentum is the same tensor as the momentum, so that b ← α·b there and b ← α·(2 − α)·b at the
/// later ones; interpolating is what the paper says. The evaluation point is φ.</para>
/// </remarks>
public sealed record Lookahead : Wrapper
{
    /// <summary>Lookahead over AdamW.</summary>
    public Lookahead()
        : this(new AdamW())
    {
    }

    /// <summary>Lookahead over a method.</summary>
    public Lookahead(Method inner)
        : base(inner)
    {
    }

    /// <summary>The number k of fast steps between synchronizations, at least 1.</summary>
    [Option("fast steps k between synchronizations", "[1, 2147483647]")]
    public int SynchronizationPeriod { get; init; } = 6;

    /// <summary>How far α the slow parameters move, in (0, 1].</summary>
    [Option("how far α the slow parameters move", "(0, 1]")]
    public double SlowStep { get; init; } = 0.5;

    /// <summary>What becomes of the momentum of the fast steps.</summary>
    [Option("what becomes of the momentum of the fast steps")]
    public MomentumOnSynchronization MomentumOnSynchronization { get; init; }

    /// <inheritdoc/>
    private protected override RuleBinding Wrap(RuleBinding inner) =>
        inner.Synchronized(new Synchronization(SynchronizationPeriod, SlowStep, MomentumOnSynchronization));

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        var rule = Inner.Rule;
        if (rule.Evaluation is not null || rule.Synchronization is not null)
        {
            throw new DescentException($"Inner must be a method without an average of its own, but was {Catalogue.Text(Inner)}.");
        }

        if (MomentumOnSynchronization != MomentumOnSynchronization.None && !rule.State.Any(slot => slot.Name is "b" or "m"))
        {
            var was = MethodOption.Of(GetType()).Single(option => option.PropertyName == nameof(MomentumOnSynchronization)).Text(this);
            throw new DescentException($"MomentumOnSynchronization must be none where the inner method has no momentum, as {Catalogue.Text(Inner)} has none, but was {was}.");
        }
    }
}
