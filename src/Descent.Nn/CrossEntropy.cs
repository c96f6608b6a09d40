using System.Numerics;

namespace Descent.Nn;

public static partial class Loss
{
    /// <summary>
    /// The softmax cross-entropy −log softmax(logits)[target] of each example, in nats, computed without overflow.
    /// </summary>
    /// <remarks>
    /// With smoothing e the loss is (1 − e)·(−w_t·log p_t) + e/C·Σ_c −w_c·log p_c. Source: Szegedy et al., "Rethinking the Inception
    /// Architecture for Computer Vision", CVPR 2016, <see href="https://arxiv.org/abs/1512.00567"/>, section 7.
    /// </remarks>
    /// <param name="logits">Unnormalised scores: [examples, classes], or [examples, classes, …] with more axes of examples after the classes.</param>
    /// <param name="targets">The class of each example, 0 … classes − 1; row-major.</param>
    /// <param name="reduction">
    /// Mean over the examples that are not ignored, weighted by their class's weight; their sum; or one loss for each, 0 for an ignored one.
    /// </param>
    /// <param name="labelSmoothing">e, the share of the target's probability that all classes get, in [0, 1].</param>
    /// <param name="ignoreIndex">A target that marks an example to leave out; none when null.</param>
    /// <param name="classWeights">w, one for each class; all 1 when null.</param>
    /// <exception cref="DescentException">The shapes do not fit, a target is not a class, or the smoothing is out of range.</exception>
    public static Tensor<T> CrossEntropy<T>(
        Tensor<T> logits, ReadOnlySpan<int> targets, Reduction reduction = Reduction.Mean, double labelSmoothing = 0, int? ignoreIndex = null, Tensor<T>? classWeights = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = CheckClasses("CrossEntropy", logits, targets.Length, classWeights, labelSmoothing);
        var rows = ByRows(logits);
        var (classes, weights, weightSum) = Classes("CrossEntropy", rows.Shape[1], targets, ignoreIndex, classWeights);
        return Reduce(CrossEntropyOperation<T>.Apply(rows, new CrossEntropyTargets<T>(classes, weights, labelSmoothing, classWeights?.Detach())), shape, reduction, weightSum);
    }

    /// <summary>−x[target] of each example, for logarithms x of probabilities. The arguments are those of the cross-entropy.</summary>
    /// <exception cref="DescentException">The shapes do not fit, or a target is not a class.</exception>
    public static Tensor<T> NegativeLogLikelihood<T>(
        Tensor<T> logProbabilities, ReadOnlySpan<int> targets, Reduction reduction = Reduction.Mean, int? ignoreIndex = null, Tensor<T>? classWeights = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = CheckClasses("NegativeLogLikelihood", logProbabilities, targets.Length, classWeights, 0);
        var rows = ByRows(logProbabilities);
        var (classes, weights, weightSum) = Classes("NegativeLogLikelihood", rows.Shape[1], targets, ignoreIndex, classWeights);
        int[] map = [.. classes.Select((target, row) => target < 0 ? -1 : (row * rows.Shape[1]) + target)];

        var picked = TakeOperation<T>.Apply(rows, map, 1, [map.Length], "NegativeLogLikelihood");
        return Reduce(-(classWeights is null ? picked : picked * weights), shape, reduction, weightSum);
    }

    /// <summary>The softmax cross-entropy −Σ_c w_c·t_c·log softmax(logits)_c of each example, in nats; the mean is over all examples.</summary>
    /// <param name="logits">Unnormalised scores: [examples, classes], or [examples, classes, …].</param>
    /// <param name="targets">t, the probability of each class; the same shape.</param>
    /// <param name="reduction">Mean over the examples, their sum, or one loss for each.</param>
    /// <param name="labelSmoothing">e, the share of the targets that all classes get evenly, in [0, 1].</param>
    /// <param name="classWeights">w, one for each class; all 1 when null.</param>
    /// <exception cref="DescentException">The shapes do not fit, or the smoothing is out of range.</exception>
    public static Tensor<T> CrossEntropy<T>(
        Tensor<T> logits, Tensor<T> targets, Reduction reduction = Reduction.Mean, double labelSmoothing = 0, Tensor<T>? classWeights = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckShapes("CrossEntropy", logits, targets);
        var shape = CheckClasses("CrossEntropy", logits, -1, classWeights, labelSmoothing);
        var probabilities = ByRows(targets);
        if (labelSmoothing > 0)
        {
            probabilities = (probabilities * T.CreateChecked(1 - labelSmoothing)) + T.CreateChecked(labelSmoothing / logits.Shape[1]);
        }

        var logs = ByRows(logits).LogSoftmax();
        return Reduce((-(probabilities * (classWeights is null ? logs : logs * classWeights)).Sum([1])).Reshape(shape), reduction);
    }

    /// <summary>One row of classes for each example.</summary>
    private static Tensor<T> ByRows<T>(Tensor<T> logits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => logits.Rank == 2
        ? logits
        : logits.Permute([0, .. Enumerable.Range(2, logits.Rank - 2), 1]).Reshape(logits.Length / Math.Max(1, logits.Shape[1]), logits.Shape[1]);

    /// <summary>The class of each example, −1 where it is ignored, its weight, and the sum of these.</summary>
    private static (int[] Classes, Tensor<T> Weights, T WeightSum) Classes<T>(string name, int count, ReadOnlySpan<int> targets, int? ignoreIndex, Tensor<T>? classWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (classes, weights, sum) = (targets.ToArray(), Tensor<T>.Result([targets.Length]), T.Zero);
        for (var i = 0; i < classes.Length; i++)
        {
            var isIgnored = classes[i] == ignoreIndex;
            if (!isIgnored && (uint)classes[i] >= (uint)count)
            {
                throw new DescentException(
                    $"{name} needs targets from 0 to {count - 1} for {count} classes, but target {i} is {classes[i]}; correct the label or give the model more outputs.");
            }

            weights.Span[i] = isIgnored ? T.Zero : classWeights is null ? T.One : classWeights.Span[classes[i]];
            sum += weights.Span[i];
            classes[i] = isIgnored ? -1 : classes[i];
        }

        return (classes, weights, sum);
    }

    private static Tensor<T> Reduce<T>(Tensor<T> losses, int[] shape, Reduction reduction, T weightSum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        reduction == Reduction.Mean ? losses.Sum() * (T.One / weightSum) : Reduce(losses.Reshape(shape), reduction);

    private static int[] CheckClasses<T>(string name, Tensor<T> logits, int targets, Tensor<T>? classWeights, double smoothing)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(logits);
        int[] shape = logits.Rank < 2 ? [] : [logits.Shape[0], .. logits.Shape[2..]];
        if (logits.Rank < 2 || (targets >= 0 && Shapes.Count(shape) != targets))
        {
            throw new DescentException(
                $"{name} needs logits of shape [examples, classes] and one target for each example, but the logits' shape is {Shapes.Describe(logits.Shape)} and there are {targets} targets; make them fit.");
        }

        if (logits.Length == 0)
        {
            throw new DescentException($"{name} needs at least 1 example and 1 class, but the logits' shape is {Shapes.Describe(logits.Shape)}; leave an empty batch out.");
        }

        if (classWeights is not null && (classWeights.Rank != 1 || classWeights.Length != logits.Shape[1]))
        {
            throw new DescentException($"{name} needs one weight for each of the {logits.Shape[1]} classes, but the weights' shape is {Shapes.Describe(classWeights.Shape)}.");
        }

        return smoothing is >= 0 and <= 1 ? shape : throw new DescentException($"The label smoothing must be in [0, 1], but was {smoothing:R}.");
    }
}
