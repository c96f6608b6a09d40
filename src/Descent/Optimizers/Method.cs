using System.Diagnostics.CodeAnalysis;
using Descent.Engine;
using Descent.Lanes;
using Descent.Schedules;

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

    /// <summary>As a proximal step: θ ← (θ − η·d)/(1 + η·λ).</summary>
    Proximal,

    /// <summary>Where the rule itself puts it; its equation shows λ.</summary>
    Inside,
}

/// <summary>A moment of training as a rule sees it.</summary>
/// <param name="Step">How often this parameter was stepped, this time included: 1 at the first. Bias correction counts these.</param>
/// <param name="Update">How many updates the optimizer applied before this one: 0 at the first. Schedules count these.</param>
/// <param name="Rate">The learning rate η in force.</param>
/// <param name="Decay">The weight decay λ in force; 0 for a parameter that is exempt.</param>
public readonly record struct StepPoint(long Step, long Update, double Rate = 0, double Decay = 0);

/// <summary>
/// An optimization method as a value: the options you set, compared by value, varied by <c>with</c>, written as JSON.
/// <see cref="Optimizer"/> binds it to parameters and owns the state.
/// </summary>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
public abstract record Method
{
    /// <summary>Creates a method with its default learning rate.</summary>
#pragma warning disable MA0056 // The one override, of methods that wrap another, is created without this constructor.
    protected Method(double learningRate) => LearningRate = learningRate;
#pragma warning restore MA0056

    /// <summary>Creates a method that has its learning rate from elsewhere.</summary>
    private protected Method()
    {
    }

    /// <summary>The learning rate η: the size of a step along the direction; a constant or a schedule, in [0, ∞).</summary>
    [Option("learning rate η, the size of a step along the direction", "[0, ∞)")]
    public virtual Hyperparameter LearningRate { get; init; }

    /// <summary>The weight decay λ, in [0, ∞); where it enters is <see cref="DecayForm"/>. Parameters can be exempt.</summary>
    [Option("weight decay λ", "[0, ∞)")]
    public virtual Hyperparameter WeightDecay { get; init; }

    /// <summary>Whether to ascend: the gradient is negated before anything else sees it.</summary>
    [Option("ascend instead of descend")]
    public virtual bool Maximize { get; init; }

    /// <summary>Where weight decay enters.</summary>
    public virtual DecayForm DecayForm => DecayForm.Coupled;

    /// <summary>The rule for these options, with the names of its state.</summary>
    public abstract RuleBinding Rule { get; }

    /// <summary>The learning rate at a moment, where the method itself changes it.</summary>
    public virtual double RateAt(StepPoint at) => LearningRate.At(at.Update);

    /// <summary>The learning rate as the equation prints it.</summary>
    public virtual string RateSymbol => "η";

    /// <summary>The weight decay at a moment, where the method itself changes it.</summary>
    public virtual double DecayAt(StepPoint at) => WeightDecay.At(at.Update);

    /// <summary>What the direction is multiplied by: the learning rate, or 1 where the rule has it inside.</summary>
    public virtual Constant StepSize(StepPoint at) => new(RateSymbol, at.Rate);

    /// <summary>The method that moves a parameter of this shape, where a method leaves some to another one.</summary>
    public virtual Method MethodFor(ReadOnlySpan<int> shape) => this;

    /// <summary>What a group's gradients are multiplied by, given their 2-norm; null for methods that do not ask for it.</summary>
    public virtual Func<double, double>? GradientFactor => null;

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

    /// <summary>The method for a run of <paramref name="updates"/> updates: schedules with shares of a run (<see cref="RelativeSchedule"/>) get their lengths.</summary>
    /// <exception cref="DescentException">In so short or long a run the parts of a schedule do not follow each other.</exception>
    public Method ForRun(long updates) => Bound(updates);

    /// <summary>The method with schedules that have values: for a run of so many updates, or as an example of any.</summary>
    internal Method Bound(long? updates)
    {
        var method = this with { };
        foreach (var option in MethodOption.Of(GetType()))
        {
            option.Bind(method, updates);
        }

        return method;
    }

    /// <summary>The method as the command line writes it: its name, with the options that are not its defaults.</summary>
    public sealed override string ToString() => Catalogue.Text(this);

    /// <summary>Throws a <see cref="DescentException"/> when an option needs another one that is not set.</summary>
    protected virtual void CheckCombination()
    {
    }
}
