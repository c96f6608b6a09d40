using System.Numerics;

namespace Descent.Nn;

/// <summary>How the losses of single elements or examples become the result.</summary>
public enum Reduction
{
    /// <summary>Their mean, a scalar.</summary>
    Mean,

    /// <summary>Their sum, a scalar.</summary>
    Sum,

    /// <summary>Not at all: one loss for each element or example.</summary>
    None,

    /// <summary>Their sum divided by the size of the first axis, a scalar.</summary>
    BatchMean,
}

/// <summary>Losses: how far predictions are from their targets.</summary>
public static partial class Loss
{
    /// <summary>The squared difference (prediction − target)² of each element, without a factor ½; the mean is over all elements.</summary>
    /// <param name="prediction">Any shape.</param>
    /// <param name="target">The same shape. It is not broadcast: that is mostly a mistake.</param>
    /// <param name="reduction">Mean over all elements, their sum, or one loss for each.</param>
    /// <exception cref="DescentException">The shapes differ.</exception>
    public static Tensor<T> MeanSquaredError<T>(Tensor<T> prediction, Tensor<T> target, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce(Difference("MeanSquaredError", prediction, target).Square(), reduction);

    /// <summary>|prediction − target| of each element (L1); the gradient is 0 where they are equal.</summary>
    /// <param name="prediction">Any shape.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="reduction">Mean over all elements, their sum, or one loss for each.</param>
    /// <exception cref="DescentException">The shapes differ.</exception>
    public static Tensor<T> MeanAbsoluteError<T>(Tensor<T> prediction, Tensor<T> target, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce(Difference("MeanAbsoluteError", prediction, target).Abs(), reduction);

    /// <summary>½·d² where the difference |d| is at most δ, and δ·(|d| − ½·δ) beyond.</summary>
    /// <remarks>Source: Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35, 1964.</remarks>
    /// <param name="prediction">Any shape.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="delta">δ, above 0.</param>
    /// <param name="reduction">Mean over all elements, their sum, or one loss for each.</param>
    /// <exception cref="DescentException">The shapes differ, or δ is not above 0.</exception>
    public static Tensor<T> Huber<T>(Tensor<T> prediction, Tensor<T> target, double delta = 1, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce(HuberOf("Huber", "delta", prediction, target, delta), reduction);

    /// <summary>½·d²/β where the difference |d| is below β, and |d| − ½·β beyond: <c>Huber</c> divided by β.</summary>
    /// <param name="prediction">Any shape.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="beta">β, above 0.</param>
    /// <param name="reduction">Mean over all elements, their sum, or one loss for each.</param>
    /// <exception cref="DescentException">The shapes differ, or β is not above 0.</exception>
    public static Tensor<T> SmoothL1<T>(Tensor<T> prediction, Tensor<T> target, double beta = 1, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce(HuberOf("SmoothL1", "beta", prediction, target, beta) / T.CreateChecked(beta), reduction);

    /// <summary>
    /// The cross-entropy −(p·t·log σ(x) + (1 − t)·log(1 − σ(x))) of independent yes-or-no answers, in nats, computed without overflow.
    /// </summary>
    /// <param name="logits">x, any shape.</param>
    /// <param name="targets">t, each from 0 to 1; the same shape.</param>
    /// <param name="weight">What every loss is multiplied with; it broadcasts; none when null.</param>
    /// <param name="positiveWeight">p, how much more a yes counts than a no; it broadcasts; 1 when null.</param>
    /// <param name="reduction">Mean over all elements, their sum, or one loss for each.</param>
    /// <exception cref="DescentException">The shapes do not fit.</exception>
    public static Tensor<T> BinaryCrossEntropyWithLogits<T>(
        Tensor<T> logits, Tensor<T> targets, Tensor<T>? weight = null, Tensor<T>? positiveWeight = null, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckShapes("BinaryCrossEntropyWithLogits", logits, targets);
        var yes = targets * (-logits).Softplus();
        var losses = (positiveWeight is null ? yes : yes * positiveWeight) + ((T.One - targets) * logits.Softplus());
        return Reduce(weight is null ? losses : losses * weight, reduction);
    }

    /// <summary>The Kullback–Leibler divergence t·(log t − x) of each element, 0 where t is 0.</summary>
    /// <param name="logProbabilities">x, logarithms of what is predicted.</param>
    /// <param name="targets">t, probabilities; the same shape.</param>
    /// <param name="reduction"><see cref="Reduction.BatchMean"/> is the divergence of the distributions; <see cref="Reduction.Mean"/> divides by all elements.</param>
    /// <exception cref="DescentException">The shapes differ.</exception>
    public static Tensor<T> KullbackLeibler<T>(Tensor<T> logProbabilities, Tensor<T> targets, Reduction reduction = Reduction.BatchMean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckShapes("KullbackLeibler", logProbabilities, targets);
        var logs = targets.MaskedFill(targets.EqualTo(T.Zero), T.One).Log();
        return Reduce(targets * (logs - logProbabilities), reduction);
    }

    internal static Tensor<T> Reduce<T>(Tensor<T> losses, Reduction reduction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => reduction switch
        {
            Reduction.Mean or Reduction.BatchMean when losses.Length == 0 => throw new DescentException(
                $"The mean of losses needs at least 1 of them, but their shape is {Shapes.Describe(losses.Shape)}; leave an empty batch out."),
            Reduction.Mean => losses.Mean(),
            Reduction.Sum => losses.Sum(),
            Reduction.None => losses,
            Reduction.BatchMean => losses.Sum() / T.CreateChecked(losses.Rank == 0 ? 1 : losses.Shape[0]),
            _ => throw new DescentException($"The reduction must be Mean, Sum, None or BatchMean, but was {reduction}."),
        };

    private static Tensor<T> HuberOf<T>(string name, string option, Tensor<T> prediction, Tensor<T> target, double bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(bound > 0) || !double.IsFinite(bound))
        {
            throw new DescentException($"The {option} of {name} must be a number above 0, but was {bound:R}.");
        }

        // With c = d brought into ±δ both branches are c·(d − ½·c).
        var difference = Difference(name, prediction, target);
        var clamped = difference.Clamp(T.CreateChecked(-bound), T.CreateChecked(bound));
        return clamped * (difference - (clamped * T.CreateChecked(0.5)));
    }

    private static Tensor<T> Difference<T>(string name, Tensor<T> prediction, Tensor<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckShapes(name, prediction, target);
        return prediction - target;
    }

    private static void CheckShapes<T>(string name, Tensor<T> prediction, Tensor<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (!prediction.Shape.SequenceEqual(target.Shape))
        {
            throw new DescentException(
                $"{name} needs a target of the prediction's shape, but they were {Shapes.Describe(prediction.Shape)} and {Shapes.Describe(target.Shape)}; reshape one of them.");
        }
    }
}
