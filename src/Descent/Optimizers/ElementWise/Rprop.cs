using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;
using Descent.Schedules;

namespace Descent.Optimizers;

/// <summary>Rprop: every coordinate has a step size that grows while its gradient keeps its sign and shrinks where the sign turns.</summary>
/// <remarks>
/// <para>s = sign(g)·sign(p); Δ ← min(max(Δ·(s &gt; 0 ? η₊ : s &lt; 0 ? η₋ : 1), Δ_min), Δ_max), Δ = η before the first step;
/// p ← s &lt; 0 ? 0 : g; θ ← θ − sign(p)·Δ. p is the gradient of the step before.</para>
/// <para>Paper: Riedmiller, Braun, "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm", ICNN 1993,
/// <see href="https://doi.org/10.1109/ICNN.1993.298623"/>; this is the iRprop− of Igel, Hüsken, "Empirical evaluation of the improved
/// Rprop learning algorithms", Neurocomputing 2003, <see href="https://doi.org/10.1016/S0925-2312(01)00700-7"/>.</para>
/// <para>Departures from the paper of 1993, shared with PyTorch: a turn of the sign does not take the last step back. The learning
/// rate is only the first step size: later values of a schedule have no effect.</para>
/// </remarks>
public sealed record Rprop() : Method(learningRate: 0.01)
{
    /// <summary>The factor η₋ of the step size where the sign turns, in (0, 1).</summary>
    [Option("factor η₋ of the step size where the sign turns", "(0, 1)")]
    public double EtaMinus { get; init; } = 0.5;

    /// <summary>The factor η₊ of the step size where the sign stays, in (1, ∞).</summary>
    [Option("factor η₊ of the step size where the sign stays", "(1, ∞)")]
    public double EtaPlus { get; init; } = 1.2;

    /// <summary>The smallest step size, in [0, ∞).</summary>
    [Option("smallest step size Δ_min", "[0, ∞)")]
    public double MinimumStep { get; init; } = 1e-6;

    /// <summary>The largest step size, in (0, ∞).</summary>
    [Option("largest step size Δ_max", "(0, ∞)")]
    public double MaximumStep { get; init; } = 50;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(at => new RpropRule(this, at), "p", new StateSlot("step") { Symbol = "Δ" });

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Constant.One;

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        if (MinimumStep > MaximumStep)
        {
            throw new DescentException(
                $"MinimumStep must be at most MaximumStep, {Schedule.Text(MaximumStep)}, but was {Schedule.Text(MinimumStep)}.");
        }
    }
}

internal readonly struct RpropRule(Rprop options, StepPoint at) : IRule
{
    private readonly Constant zero = new("0", 0);
    private readonly Constant first = new("t = 1", 2 - at.Step);
    private readonly Constant eta = new("η", at.Rate);
    private readonly Constant etaMinus = new("η₋", options.EtaMinus);
    private readonly Constant etaPlus = new("η₊", options.EtaPlus);
    private readonly Constant minimum = new("Δ_min", options.MinimumStep);
    private readonly Constant maximum = new("Δ_max", options.MaximumStep);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V p, ref V Delta, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V s = V.Named("s", V.Sign(g) * V.Sign(p));
        V factor = V.Named("φ", V.Select(s, etaPlus, V.Select(-s, etaMinus, Constant.One)));
        Delta = V.Min(V.Max(V.Select(first, eta, Delta) * factor, minimum), maximum);
        p = V.Select(-s, zero, g);
        return V.Sign(p) * Delta;
    }
}
