using Descent.Schedules;

namespace Descent.Gradients;

/// <summary>Where loss scaling stands.</summary>
/// <param name="Scale">What the loss is multiplied by.</param>
/// <param name="Good">How many steps in a row did not overflow.</param>
/// <param name="Tolerated">How many overflows lower the scale: at the last one of these.</param>
/// <param name="Iteration">How many steps there were, overflowed ones included.</param>
/// <param name="LastOverflow">The iteration of the last overflow; −1 before the first.</param>
public readonly record struct LossScaleState(double Scale, long Good = 0, long Tolerated = 1, long Iteration = 0, long LastOverflow = -1);

/// <summary>
/// How the loss is multiplied so that gradients of 16 bits do not vanish, as a value: the dynamics are a function from state to
/// state. <see cref="Optimizer.LossScaling"/> keeps the state, divides gradients by the scale, and skips steps that overflow.
/// </summary>
/// <remarks>Source: Micikevicius et al., "Mixed Precision Training", ICLR 2018, <see href="https://arxiv.org/abs/1710.03740"/>, section 3.2.</remarks>
public abstract partial record LossScaling
{
    /// <summary>Before the first step.</summary>
    public abstract LossScaleState Start { get; }

    /// <summary>Between these a scale stays, so that neither it nor one over it leaves the range of numbers, however many steps overflow or do not.</summary>
    internal static double Kept(double scale) => Math.Clamp(scale, 1e-30, 1e30);

    /// <summary>After a step.</summary>
    /// <param name="state">Before it.</param>
    /// <param name="overflowed">Whether a gradient was not finite.</param>
    public abstract LossScaleState Next(LossScaleState state, bool overflowed);
}

/// <summary>The same scale always; a step that overflows is still skipped.</summary>
/// <param name="Scale">Above 0.</param>
public sealed record StaticLossScaling(double Scale) : LossScaling
{
    /// <summary>Above 0.</summary>
    public double Scale { get; init; } = Schedule.Positive(Scale, "The loss scale");

    /// <inheritdoc/>
    public override LossScaleState Start => new(Scale);

    /// <inheritdoc/>
    public override LossScaleState Next(LossScaleState state, bool overflowed) => state with { Iteration = state.Iteration + 1 };
}

/// <summary>
/// The scale falls at an overflow and grows after an interval of steps without one: the dynamics of PyTorch's <c>GradScaler</c>, but
/// that the scale stays within [10⁻³⁰, 10³⁰].
/// </summary>
public sealed record DynamicLossScaling : LossScaling
{
    /// <summary>The scale at first; above 0.</summary>
    public double InitialScale { get; init => field = Schedule.Positive(value, "The initial loss scale"); } = 65_536;

    /// <summary>What the scale grows by; above 1.</summary>
    public double Growth { get; init => field = value > 1 && double.IsFinite(value) ? value : throw new DescentException($"The growth of a loss scale must be a number above 1, but was {Schedule.Text(value)}."); } = 2;

    /// <summary>What the scale is multiplied by at an overflow; in (0, 1).</summary>
    public double Backoff { get; init => field = value is > 0 and < 1 ? value : throw new DescentException($"The backoff of a loss scale must be in (0, 1), but was {Schedule.Text(value)}."); } = 0.5;

    /// <summary>How many steps without overflow let it grow; at least 1.</summary>
    public long Interval { get; init => field = Schedule.AtLeastOne(value, "The growth interval of a loss scale"); } = 2_000;

    /// <inheritdoc/>
    public override LossScaleState Start => new(InitialScale);

    /// <inheritdoc/>
    public override LossScaleState Next(LossScaleState state, bool overflowed)
    {
        var next = state with { Iteration = state.Iteration + 1 };
        return overflowed ? next with { Scale = Kept(state.Scale * Backoff), Good = 0 }
            : state.Good + 1 < Interval ? next with { Good = state.Good + 1 }
            : next with { Scale = Kept(state.Scale * Growth), Good = 0 };
    }
}

/// <summary>
/// As <see cref="DynamicLossScaling"/>, but only the last of several overflows lowers the scale: the dynamics of DeepSpeed's
/// <c>DynamicLossScaler</c>, whose window counts from the last overflow.
/// </summary>
public sealed record HystereticLossScaling : LossScaling
{
    /// <summary>The scale at first; above 0.</summary>
    public double InitialScale { get; init => field = Schedule.Positive(value, "The initial loss scale"); } = 65_536;

    /// <summary>What the scale is divided by at an overflow, and multiplied by after a window without; above 1.</summary>
    public double Factor { get; init => field = value > 1 && double.IsFinite(value) ? value : throw new DescentException($"The factor of a loss scale must be a number above 1, but was {Schedule.Text(value)}."); } = 2;

    /// <summary>How many steps without overflow let it grow; at least 1.</summary>
    public long Window { get; init => field = Schedule.AtLeastOne(value, "The window of a loss scale"); } = 1_000;

    /// <summary>The smallest scale; above 0.</summary>
    public double Minimum { get; init => field = Schedule.Positive(value, "The smallest loss scale"); } = 1;

    /// <summary>How many overflows lower the scale; at least 1.</summary>
    public long Hysteresis { get; init => field = value >= 1 ? value : throw new DescentException($"The hysteresis of a loss scale must be at least 1, but was {value}."); } = 2;

    /// <summary>Whether every step without overflow starts the count of tolerated overflows anew, instead of every window.</summary>
    public bool IsConsecutive { get; init; }

    /// <inheritdoc/>
    public override LossScaleState Start => new(InitialScale, Tolerated: Hysteresis);

    /// <inheritdoc/>
    public override LossScaleState Next(LossScaleState state, bool overflowed)
    {
        var next = state with { Iteration = state.Iteration + 1 };
        if (overflowed)
        {
            next = next with { LastOverflow = state.Iteration };
            return Hysteresis == 1 || state.Tolerated == 1
                ? next with { Scale = Math.Max(state.Scale / Factor, Minimum) }
                : next with { Tolerated = state.Tolerated - 1 };
        }

        var isWindow = (state.Iteration - state.LastOverflow) % Window == 0;
        return next with
        {
            Tolerated = IsConsecutive || isWindow ? Hysteresis : state.Tolerated,
            Scale = isWindow ? Kept(state.Scale * Factor) : state.Scale,
        };
    }
}
