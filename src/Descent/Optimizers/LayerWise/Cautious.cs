using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>Cautious: coordinates whose direction is against the present gradient do not move; the others move a little further.</summary>
/// <remarks>
/// <para>u the direction of the inner method; d = φ·u where u·g > 0, else 0; φ = N/(n + 1), n of N coordinates of the tensor kept.
/// Weight decay beside the direction is not masked; where a method has it inside its direction (LAMB, NovoGrad …), it is part of u.</para>
/// <para>Paper: Liang, Chen, Liu, Liu, "Cautious Optimizers: Improving Training with One Line of Code", 2024,
/// <see href="https://arxiv.org/abs/2411.16085"/>, Algorithm 1.</para>
/// <para>Departures: the mask compares the direction with the gradient for every method, where the authors' AdamW compares the
/// momentum, which has the same sign.</para>
/// </remarks>
public sealed record Cautious : Wrapper
{
    /// <summary>Cautious AdamW.</summary>
    public Cautious()
        : this(new AdamW())
    {
    }

    /// <summary>A cautious form of a method.</summary>
    public Cautious(Method inner)
        : base(inner)
    {
    }

    /// <summary>How the coordinates that are kept are scaled.</summary>
    [Option("how the coordinates that are kept are scaled")]
    public MaskScaling MaskScaling { get; init; }

    /// <inheritdoc/>
    private protected override RuleBinding Wrap(RuleBinding inner) => inner.Cautious(MaskScaling);

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        if (Inner.Rule.Mask is not null)
        {
            throw new DescentException($"Inner must be a method that is not cautious itself, but was {Catalogue.Text(Inner)}.");
        }

        RefuseOrthogonalized();
    }
}
