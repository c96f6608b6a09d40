using System.Diagnostics.CodeAnalysis;
using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>Where weight decay enters an update.</summary>
public enum DecayForm
{
    /// <summary>Added to the gradient, g + λ·θ, so that the method's history sees it (L2 regularization).</summary>
    Coupled,

    /// <summary>Beside the direction, scaled by the learning rate: θ ← θ − η·(d + λ·θ).</summary>
    Decoupled,

    /// <summary>Beside the direction, not scaled by the learning rate: θ ← θ − η·d − λ·θ.</summary>
    Independent,
}

/// <summary>A moment of training as a rule sees it.</summary>
/// <param name="Step">How often this parameter was stepped, this time included: 1 at the first. Bias correction counts these.</param>
/// <param name="Update">How many updates the optimizer applied before this one: 0 at the first. Schedules count these.</param>
public readonly record struct StepPoint(long Step, long Update);

/// <summary>
/// An optimization method as a value: the options you set, compared by value, varied by <c>with</c>, written as JSON.
/// <see cref="Optimizer"/> binds it to parameters and owns the state.
/// </summary>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
public abstract record Method
{
    /// <summary>Creates a method with its default learning rate.</summary>
    protected Method(double learningRate) => LearningRate = learningRate;

    /// <summary>The learning rate η: the size of a step along the direction; a constant or a schedule, in [0, ∞).</summary>
    [Option("learning rate η, the size of a step along the direction", "[0, ∞)")]
    public Hyperparameter LearningRate { get; init; }

    /// <summary>The weight decay λ, in [0, ∞); where it enters is <see cref="DecayForm"/>. Parameters can be exempt.</summary>
    [Option("weight decay λ", "[0, ∞)")]
    public Hyperparameter WeightDecay { get; init; }

    /// <summary>Whether to ascend: the gradient is negated before anything else sees it.</summary>
    [Option("ascend instead of descend")]
    public bool Maximize { get; init; }

    /// <summary>Where weight decay enters.</summary>
    public virtual DecayForm DecayForm => DecayForm.Coupled;

    /// <summary>The rule for these options, with the names of its state.</summary>
    public abstract RuleBinding Rule { get; }

    /// <summary>The learning rate at a moment, where the method itself changes it.</summary>
    public virtual double RateAt(StepPoint at) => LearningRate.At(at.Update);

    /// <summary>The learning rate as the equation prints it.</summary>
    public virtual string RateSymbol => "η";

    /// <summary>Checks every option against its range, and the options against each other.</summary>
    /// <exception cref="DescentException">An option is out of its range or would have no effect; the message names it.</exception>
    public void Validate()
    {
        foreach (var option in MethodOption.Of(GetType()))
        {
            option.Validate(this);
        }

        CheckCombination();
    }

    /// <summary>Throws a <see cref="DescentException"/> when an option needs another one that is not set.</summary>
    protected virtual void CheckCombination()
    {
    }
}
