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
        return Likelihood("CrossEntropy", ByRows(logits).LogSoftmax(), targets, shape, reduction, labelSmoothing, ignoreIndex, classWeights);
    }

    /// <summary>−x[target] of each example, for logarithms x of probabilities. The arguments are those of the cross-entropy.</summary>
    /// <exception cref="DescentException">The shapes do not fit, or a target is not a class.</exception>
    public static Tensor<T> NegativeLogLikelihood<T>(
        Tensor<T> logProbabilities, ReadOnlySpan<int> targets, Reduction reduction = Reduction.Mean, int? ignoreIndex = null, Tensor<T>? classWeights = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = CheckClasses("NegativeLogLikelihood", logProbabilities, targets.Length, classWeights, 0);
        return Likelihood("NegativeLogLikelihood", ByRows(logProbabilities), targets, shape, reduction, 0, ignoreIndex, classWeights);
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

    private static Tensor<T> Likelihood<T>(
        string name, Tensor<T> logs, ReadOnlySpan<int> targets, int[] shape, Reduction reduction, double smoothing, int? ignoreIndex, Tensor<T>? classWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var classes = logs.Shape[1];
        var (map, weights) = (new int[targets.Length], Tensor<T>.Result([targets.Length]));
        var weightSum = T.Zero;
        for (var i = 0; i < targets.Length; i++)
        {
            var isIgnored = targets[i] == ignoreIndex;
            if (!isIgnored && (uint)targets[i] >= (uint)classes)
            {
                throw new DescentException(
                    $"{name} needs targets from 0 to {classes - 1} for {classes} classes, but target {i} is {targets[i]}; correct the label or give the model more outputs.");
            }

            map[i] = isIgnored ? -1 : (i * classes) + targets[i];
            weights.Span[i] = isIgnored ? T.Zero : classWeights is null ? T.One : classWeights.Span[targets[i]];
            weightSum += weights.Span[i];
        }

        var picked = TakeOperation<T>.Apply(logs, map, 1, [targets.Length], name);
        var losses = -(classWeights is null ? picked : picked * weights);
        if (smoothing > 0)
        {
            var spread = (classWeights is null ? logs : logs * classWeights).Sum([1]);
            spread = ignoreIndex is null ? spread : spread * weights.MapToConstant(static weight => weight == T.Zero ? T.Zero : T.One);
            losses = (losses * T.CreateChecked(1 - smoothing)) - (spread * T.CreateChecked(smoothing / classes));
        }

        return reduction == Reduction.Mean ? losses.Sum() * (T.One / weightSum) : Reduce(losses.Reshape(shape), reduction);
    }

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

        if (classWeights is not null && (classWeights.Rank != 1 || classWeights.Length != logits.Shape[1]))
        {
            throw new DescentException($"{name} needs one weight for each of the {logits.Shape[1]} classes, but the weights' shape is {Shapes.Describe(classWeights.Shape)}.");
        }

        return smoothing is >= 0 and <= 1 ? shape : throw new DescentException($"The label smoothing must be in [0, 1], but was {smoothing:R}.");
    }
}
