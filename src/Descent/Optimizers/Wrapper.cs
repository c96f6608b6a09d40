using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>
/// A method around another one, whose learning rate, weight decay and rule it has. The wrappers are Descent's own: what they
/// change of a rule is inside the engine, so that none can be derived outside it.
/// </summary>
public abstract record Wrapper : Method
{
    /// <summary>Wraps a method.</summary>
    private protected Wrapper(Method inner) => Inner = inner;

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

    /// <summary>Throws where the inner method orthogonalizes matrices, which cannot be changed element by element afterwards.</summary>
    private protected void RefuseOrthogonalized()
    {
        if (Inner.Rule.Orthogonalizes)
        {
            throw new DescentException(
                $"Inner of {Catalogue.NameOf(this)} must be a method that does not orthogonalize matrices, such as mars(kind=lion), but was {Catalogue.Text(Inner)}.");
        }
    }
}
