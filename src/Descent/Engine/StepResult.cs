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
/// The global 2-norm of the gradient, scaled but not clipped; NaN when no setting of the optimizer needed it.
/// </param>
/// <param name="ClipFactor">What the gradient was multiplied by to keep its norm within the limit; 1 when it was not clipped.</param>
/// <param name="NonFiniteParameter">Why the step was skipped: the first parameter with a gradient that is not finite, or null.</param>
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
