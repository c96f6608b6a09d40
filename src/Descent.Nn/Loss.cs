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
}

/// <summary>Losses: how far predictions are from their targets.</summary>
public static class Loss
{
    /// <summary>
    /// The softmax cross-entropy −log softmax(logits)[target] of each row, in nats, computed without overflow.
    /// </summary>
    /// <param name="logits">One row of unnormalised scores for each example: [examples, classes].</param>
    /// <param name="targets">The class of each example, 0 … classes − 1.</param>
    /// <param name="reduction">Mean over the examples, their sum, or one loss for each.</param>
    /// <exception cref="DescentException">The shapes do not fit, or a target is not a class.</exception>
    public static Tensor<T> CrossEntropy<T>(Tensor<T> logits, ReadOnlySpan<int> targets, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Rank != 2 || logits.Shape[0] != targets.Length)
        {
            throw new DescentException(
                $"CrossEntropy needs logits of shape [examples, classes] and one target for each example, but the logits' shape is {Shapes.Describe(logits.Shape)} and there are {targets.Length} targets; make them fit.");
        }

        var classes = logits.Shape[1];
        for (var i = 0; i < targets.Length; i++)
        {
            if ((uint)targets[i] >= (uint)classes)
            {
                throw new DescentException(
                    $"CrossEntropy needs targets from 0 to {classes - 1} for {classes} classes, but target {i} is {targets[i]}; correct the label or give the model more outputs.");
            }
        }

        return Reduce(-PickPerRowOperation<T>.Apply(logits.LogSoftmax(), targets.ToArray()), reduction);
    }

    /// <summary>The squared difference (prediction − target)² of each element, without a factor ½; the mean is over all elements.</summary>
    /// <param name="prediction">Any shape.</param>
    /// <param name="target">The same shape. It is not broadcast: that is mostly a mistake.</param>
    /// <param name="reduction">Mean over all elements, their sum, or one loss for each.</param>
    /// <exception cref="DescentException">The shapes differ.</exception>
    public static Tensor<T> MeanSquaredError<T>(Tensor<T> prediction, Tensor<T> target, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        if (!prediction.Shape.SequenceEqual(target.Shape))
        {
            throw new DescentException(
                $"MeanSquaredError needs a target of the prediction's shape, but they were {Shapes.Describe(prediction.Shape)} and {Shapes.Describe(target.Shape)}; reshape one of them.");
        }

        return Reduce((prediction - target).Square(), reduction);
    }

    private static Tensor<T> Reduce<T>(Tensor<T> losses, Reduction reduction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => reduction switch
        {
            Reduction.Mean => losses.Mean(),
            Reduction.Sum => losses.Sum(),
            Reduction.None => losses,
            _ => throw new DescentException($"The reduction must be Mean, Sum or None, but was {reduction}."),
        };
}
