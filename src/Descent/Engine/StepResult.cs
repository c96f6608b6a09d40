namespace Descent.Engine;

/// <summary>What to do with a gradient that holds NaN or an infinity.</summary>
public enum NonFiniteGradients
{
    /// <summary>Use it as it is; nothing is checked, so the step stays one pass over memory.</summary>
    Pass,

    /// <summary>Apply nothing, change no state, and report the first parameter that has one.</summary>
    Skip,

    /// <summary>Change nothing and throw a <see cref="DescentException"/> that names the first parameter that has one.</summary>
    Throw,
}

/// <summary>What a step did.</summary>
/// <param name="Applied">Whether the parameters moved. If not, neither state nor schedules advanced.</param>
/// <param name="LearningRate">The learning rate that was in force, that of the first group.</param>
/// <param name="GradientNorm">
/// The norm that <see cref="Optimizer.Clipping"/> compares, of the gradients that are clipped together, scaled but not clipped; without
/// such a clipping the 2-norm of all gradients; NaN when no setting of the optimizer needed either.
/// </param>
/// <param name="ClipFactor">
/// What the gradients that are clipped together were multiplied by; when only groups are clipped the smallest of their factors; 1 when
/// none was. <see cref="Optimizer.ClippingOf"/> tells those of the groups.
/// </param>
/// <param name="NonFiniteParameter">
/// The first parameter with a gradient that is not finite; null when all are finite, and when no setting of the optimizer looked at them.
/// </param>
/// <param name="LossScale">What the loss was to be multiplied by for this step; 1 without loss scaling.</param>
public readonly record struct StepResult(
    bool Applied,
    double LearningRate,
    double GradientNorm,
    double ClipFactor,
    string? NonFiniteParameter,
    double LossScale = 1)
{
    /// <summary>Whether the gradient was longer than the limit.</summary>
    public bool Clipped => ClipFactor < 1;
}
