using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>Gradient centralization: the mean of each row or output channel is taken from its gradient before any method sees it.</summary>
/// <remarks>
/// <para>g ← g − ḡ, ḡ the mean over all axes but the first; then the inner method.</para>
/// <para>Paper: Yong, Huang, Hua, Zhang, "Gradient Centralization: A New Optimization Technique for Deep Neural Networks", ECCV 2020,
/// <see href="https://arxiv.org/abs/2004.01461"/>, equation 1.</para>
/// <para>Departures, shared with the authors' code: coupled weight decay is added before the mean is taken.</para>
/// </remarks>
public sealed record GradientCentralization : Wrapper
{
    /// <summary>Centralized gradients for SGD with momentum.</summary>
    public GradientCentralization()
        : this(new Sgd { Momentum = 0.9 })
    {
    }

    /// <summary>Centralized gradients for a method.</summary>
    public GradientCentralization(Method inner)
        : base(inner)
    {
    }

    /// <summary>Whether only kernels of convolutions, tensors of four axes and more, are centralized, instead of all but vectors.</summary>
    [Option("centralize only tensors of four axes and more")]
    public bool ConvOnly { get; init; }

    /// <inheritdoc/>
    private protected override RuleBinding Wrap(RuleBinding inner) => inner.Centralized(ConvOnly ? 4 : 2);

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        if (Inner.Rule.CentralizedFrom is not null)
        {
            throw new DescentException($"Inner must be a method that does not centralize gradients itself, but was {Catalogue.Text(Inner)}.");
        }

        RefuseOrthogonalized();
    }
}
