using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>A method around another one, whose learning rate, weight decay and rule it has.</summary>
public abstract record Wrapper : Method
{
    /// <summary>Wraps a method.</summary>
    protected Wrapper(Method inner) => Inner = inner;

    /// <summary>The method that is wrapped.</summary>
    [Option("the method that is wrapped")]
    public Method Inner { get; init; }

    /// <summary>The learning rate of <see cref="Inner"/>.</summary>
    public override Hyperparameter LearningRate
    {
        get => Inner.LearningRate;
        init => Inner = Inner with { LearningRate = value };
    }

    /// <summary>The weight decay of <see cref="Inner"/>.</summary>
    public override Hyperparameter WeightDecay
    {
        get => Inner.WeightDecay;
        init => Inner = Inner with { WeightDecay = value };
    }

    /// <summary>Whether <see cref="Inner"/> ascends.</summary>
    public override bool Maximize
    {
        get => Inner.Maximize;
        init => Inner = Inner with { Maximize = value };
    }

    /// <inheritdoc/>
    public override DecayForm DecayForm => Inner.DecayForm;

    /// <inheritdoc/>
    public override RuleBinding Rule => Wrap(Inner.Rule);

    /// <inheritdoc/>
    public override string RateSymbol => Inner.RateSymbol;

    /// <inheritdoc/>
    public override Func<double, double>? GradientFactor => Inner.GradientFactor;

    /// <inheritdoc/>
    public override double RateAt(StepPoint at) => Inner.RateAt(at);

    /// <inheritdoc/>
    public override double DecayAt(StepPoint at) => Inner.DecayAt(at);

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Inner.StepSize(at);

    /// <inheritdoc/>
    public override Method MethodFor(ReadOnlySpan<int> shape) => this with { Inner = Inner.MethodFor(shape) };

    /// <summary>Changes the binding of the inner rule, which is new and no one else's.</summary>
    private protected abstract RuleBinding Wrap(RuleBinding inner);
}
