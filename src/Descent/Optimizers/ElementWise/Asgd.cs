using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Averaged SGD: plain steps of a slowly falling size; the mean of the late iterates is what is evaluated.</summary>
/// <remarks>
/// <para>u = η/(1 + λ₀·η·(t − 1))^α·(g + λ₀·θ); a ← (1 − μ)·a + μ·(θ − u), μ = 1/max(1, t − 1 − t₀); θ ← θ − u. The evaluation
/// point is a.</para>
/// <para>Paper: Polyak, Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM Journal on Control and Optimization
/// 1992, <see href="https://doi.org/10.1137/0330046"/>; the falling step and λ₀: Bottou, "Large-Scale Machine Learning with Stochastic
/// Gradient Descent", COMPSTAT 2010.</para>
/// <para>Departures, shared with PyTorch: the shrinking λ₀·θ and the start t₀ of the average are options of the method, beside
/// weight decay; the step counts from 0 in the rate and in μ. The rate is computed from the present learning rate, so a
/// schedule takes effect at once (in PyTorch one step late).</para>
/// </remarks>
public sealed record Asgd() : Method(learningRate: 0.01)
{
    /// <summary>How fast the step falls and θ shrinks, λ₀, in [0, ∞).</summary>
    [Option("decay λ₀ of the step and of θ", "[0, ∞)")]
    public double StepDecay { get; init; } = 1e-4;

    /// <summary>The power α with which the step falls, in [0, ∞).</summary>
    [Option("power α of the fall of the step", "[0, ∞)")]
    public double StepDecayPower { get; init; } = 0.75;

    /// <summary>The step t₀ at which the average begins; before it, the average is the latest iterate. In [0, ∞).</summary>
    [Option("step t₀ at which the average begins", "[0, ∞)")]
    public double AveragingStart { get; init; } = 1e6;

    /// <inheritdoc/>
    public override string RateSymbol => "η/(1 + λ₀·η·(t − 1))^α";

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding
        .ElementWise(
            at => new AsgdRule(new(RateSymbol, at.Rate), StepDecay, 1 / Math.Max(1, at.Step - 1 - AveragingStart)),
            new StateSlot("a") { StartsAtParameter = true })
        .Where(("μ", "1/max(1, t − 1 − t₀)"))
        .EvaluatedAt(new SlotPoint(0));

    /// <inheritdoc/>
    public override double RateAt(StepPoint at)
    {
        var rate = base.RateAt(at);
        return rate / Math.Pow(1 + (StepDecay * rate * (at.Step - 1)), StepDecayPower);
    }

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Constant.One;
}

internal readonly struct AsgdRule(Constant rate, double shrinking, double share) : IRule
{
    private readonly Constant lambda0 = new("λ₀", shrinking);
    private readonly Constant mu = new("μ", share);
    private readonly Constant oneMinusMu = new("1 − μ", 1 - share);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V a, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", rate * (g + (lambda0 * theta)));
        a = (oneMinusMu * a) + (mu * (theta - u));
        return u;
    }
}
