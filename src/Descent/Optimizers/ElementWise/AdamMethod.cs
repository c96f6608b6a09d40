using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>What <see cref="Adam"/> and <see cref="AdamW"/> share: everything but the place of weight decay.</summary>
public abstract record AdamMethod : Method
{
    /// <summary>Creates a method with its default learning rate.</summary>
    protected AdamMethod(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>What is added inside the root, in [0, ∞).</summary>
    [Option("εᵣ added inside the root", "[0, ∞)")]
    public double EpsilonInsideRoot { get; init; }

    /// <summary>Whether to correct m and v for their start at 0.</summary>
    [Option("correct m and v for their start at 0")]
    public bool BiasCorrection { get; init; } = true;

    /// <summary>Whether ε is added to the root of the uncorrected v, the paper's "ε̂" form at the end of section 2.</summary>
    [Option("add ε to the root of the uncorrected v")]
    public bool EpsilonBeforeCorrection { get; init; }

    /// <summary>
    /// Whether to divide by the largest v so far (Reddi, Kale, Kumar, "On the Convergence of Adam and Beyond", ICLR 2018,
    /// <see href="https://arxiv.org/abs/1904.09237"/>, Algorithm 2); a third number of state per parameter.
    /// </summary>
    [Option("AMSGrad: divide by the largest v so far")]
    public bool AmsGrad { get; init; }

    /// <summary>Whether AMSGrad takes the maximum over corrected v, as Keras and optax do, instead of correcting the maximum, as PyTorch does.</summary>
    [Option("AMSGrad takes the maximum over the corrected v")]
    public bool AmsGradOnCorrected { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule => AmsGrad
        ? RuleBinding.ElementWise(AmsGradRuleAt, "m", "v", "v_max")
        : RuleBinding.ElementWise(RuleAt, "m", "v");

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        var sentence =
            AmsGradOnCorrected && !AmsGrad ? "AmsGradOnCorrected must have AmsGrad true, but AmsGrad was false."
            : AmsGradOnCorrected && !BiasCorrection ? "AmsGradOnCorrected must be false where BiasCorrection is false, because nothing is corrected, but was true."
            : EpsilonBeforeCorrection && !BiasCorrection ? "EpsilonBeforeCorrection must be false where BiasCorrection is false, because nothing is corrected, but was true."
            : null;
        if (sentence is not null)
        {
            throw new DescentException(sentence);
        }
    }

    private AdamRule RuleAt(StepPoint at)
    {
        var (beta1, beta2, mHat, vHat, epsilon) = ConstantsAt(at);
        return new AdamRule(beta1, beta2, mHat, vHat, epsilon, EpsilonInsideRoot);
    }

    private AmsGradRule AmsGradRuleAt(StepPoint at)
    {
        var (beta1, beta2, mHat, vHat, epsilon) = ConstantsAt(at);
        var (before, after) = AmsGradOnCorrected ? (vHat, Constant.One) : (Constant.One, vHat);
        return new AmsGradRule(beta1, beta2, mHat, before, after, epsilon, EpsilonInsideRoot);
    }

    private (double Beta1, double Beta2, Constant MHat, Constant VHat, Constant Epsilon) ConstantsAt(StepPoint at)
    {
        var (beta1, beta2) = (Beta1.At(at.Update), Beta2.At(at.Update));
        if (!BiasCorrection)
        {
            return (beta1, beta2, Constant.One, Constant.One, Constant.Addend("ε", Epsilon));
        }

        var mHat = new Constant("1/(1 − β₁ᵗ)", Optimizers.BiasCorrection.At(beta1, at.Step));
        var vHat = new Constant("1/(1 − β₂ᵗ)", Optimizers.BiasCorrection.At(beta2, at.Step));
        return (beta1, beta2, mHat, vHat, EpsilonBeforeCorrection
            ? new Constant("ε/√(1 − β₂ᵗ)", Epsilon * Math.Sqrt(vHat.AsDouble))
            : Constant.Addend("ε", Epsilon));
    }
}
