namespace Descent.Optimizers;

/// <summary>AMSGrad: Adam that divides by the largest mean square so far, so that no rate ever grows again.</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; v_max ← max(v_max, v); m̂ = m/(1 − β₁ᵗ); v̂ = v_max/(1 − β₂ᵗ);
/// θ ← θ − η·m̂/(√(v̂ + εᵣ) + ε).</para>
/// <para>Paper: Reddi, Kale, Kumar, "On the Convergence of Adam and Beyond", ICLR 2018, <see href="https://arxiv.org/abs/1904.09237"/>,
/// Algorithm 2.</para>
/// <para>Departures, shared with PyTorch: ε and the corrections for the start at 0, which the paper does not have
/// (<see cref="AdamMethod.BiasCorrection"/> = false takes them out); weight decay is added to the gradient. It is
/// <see cref="Adam"/> with <see cref="AdamMethod.AmsGrad"/> under its own name.</para>
/// </remarks>
public sealed record AmsGrad : AdamMethod
{
    /// <summary>AMSGrad with its defaults.</summary>
    public AmsGrad()
        : base(learningRate: 1e-3) => AmsGrad = true;

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        if (!AmsGrad)
        {
            throw new DescentException("AmsGrad must be true in the method of that name, because without it this is Adam, but was false.");
        }

        base.CheckCombination();
    }
}
