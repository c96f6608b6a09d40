using System.Numerics;
using System.Runtime.Intrinsics;

namespace Descent.Nn;

/// <summary>What the rows of a cross-entropy are compared with: weights a of the logarithms of the probabilities of its classes.</summary>
/// <param name="Targets">The class of each row; −1 for a row that counts nothing.</param>
/// <param name="Weights">Of each row's class.</param>
/// <param name="Smoothing">e: a = (1 − e)·weight at the target, plus e/classes·weight at every class.</param>
/// <param name="ClassWeights">One for each class; all 1 when null.</param>
internal sealed record CrossEntropyTargets<T>(int[] Targets, Tensor<T> Weights, double Smoothing, Tensor<T>? ClassWeights)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What smoothing gives each class, before its weight.</summary>
    public T Spread(int classes) => T.CreateChecked(Smoothing / classes);

    /// <summary>What a row's target has besides.</summary>
    public T Own(int row) => T.CreateChecked(1 - Smoothing) * Weights.Span[row];

    /// <summary>Σ a of a row that counts.</summary>
    public T Total(int row, int classes) => Own(row) + (Smoothing == 0 ? T.Zero
        : Spread(classes) * (ClassWeights is null ? T.CreateChecked(classes) : System.Numerics.Tensors.TensorPrimitives.Sum<T>(ClassWeights.Span)));
}

/// <summary>y = −Σ a·log p of every row, p = softmax x: ∂x = g·(p·Σ a − a). Of the softmax only the largest x and log Σ e^(x − largest) are kept.</summary>
internal sealed class CrossEntropyOperation<T>(Tensor<T> logits, CrossEntropyTargets<T> targets, Tensor<T> moments) : Operation<T>(logits)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int classes = logits.Shape[1];

    public static Tensor<T> Apply(Tensor<T> logits, CrossEntropyTargets<T> targets)
    {
        if (OperatingSystem.IsBrowser())
        {
            // An interpreter takes long for vectors of 512 bits.
            return ByOperations(logits, targets);
        }

        var (rows, classes) = (logits.Shape[0], logits.Shape[1]);
        var (result, moments) = (Tensor<T>.Result([rows]), Tensor<T>.Result([rows, 2]));
        Blocks.RunRows(rows, classes, (start, end) =>
        {
            ReadOnlySpan<T> x = logits.Span;
            var losses = result.Span;
            var both = moments.Span;
            for (var row = start; row < end; row++)
            {
                losses[row] = Forward(x.Slice(row * classes, classes), targets, row, both.Slice(2 * row, 2));
            }
        });
        return result.From(new CrossEntropyOperation<T>(logits, targets, moments));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (Autograd.IsRecording)
        {
            BackwardThrough(inputs => ByOperations(inputs[0], targets), gradient, sums);
            return;
        }

        var result = Tensor<T>.Result([.. logits.Shape]);
        Blocks.RunRows(targets.Targets.Length, classes, (start, end) =>
        {
            for (var row = start; row < end; row++)
            {
                BackwardRow(logits.Span.Slice(row * classes, classes), gradient.Span[row], row, result.Span.Slice(row * classes, classes));
            }
        });
        sums.Add(logits, result);
    }

    private static T Forward(ReadOnlySpan<T> x, CrossEntropyTargets<T> targets, int row, Span<T> moments)
    {
        var most = Vector512.Create(T.NegativeInfinity);
        for (var i = 0; i < x.Length; i += Vector512<T>.Count)
        {
            most = Vector512.Max(most, Vectors.Load(x, i, T.NegativeInfinity));
        }

        var largest = Vectors.Largest(most);
        var (all, sum) = (Vector512.Create(largest), Vector512<T>.Zero);
        for (var i = 0; i < x.Length; i += Vector512<T>.Count)
        {
            sum += VectorMath<T>.Exp(Vectors.Load(x, i, T.NegativeInfinity) - all);
        }

        var log = T.Log(Vectors.Sum(sum));
        (moments[0], moments[1]) = (largest, log);
        if (targets.Targets[row] < 0)
        {
            return T.Zero;
        }

        var loss = targets.Own(row) * (log - (x[targets.Targets[row]] - largest));
        if (targets.Smoothing > 0)
        {
            var others = T.Zero;
            for (var i = 0; i < x.Length; i++)
            {
                others += (targets.ClassWeights is null ? T.One : targets.ClassWeights.Span[i]) * (log - (x[i] - largest));
            }

            loss += targets.Spread(x.Length) * others;
        }

        return loss;
    }

    private void BackwardRow(ReadOnlySpan<T> x, T g, int row, Span<T> result)
    {
        if (targets.Targets[row] < 0)
        {
            result.Clear();
            return;
        }

        var (largest, log, factor) = (Vector512.Create(moments.Span[2 * row]), Vector512.Create(moments.Span[(2 * row) + 1]), Vector512.Create(g * targets.Total(row, classes)));
        for (var i = 0; i < x.Length; i += Vector512<T>.Count)
        {
            (factor * VectorMath<T>.Exp(Vectors.Load(x, i, T.NegativeInfinity) - largest - log)).Store(result, i);
        }

        result[targets.Targets[row]] -= g * targets.Own(row);
        for (var i = 0; targets.Smoothing > 0 && i < x.Length; i++)
        {
            result[i] -= g * targets.Spread(classes) * (targets.ClassWeights is null ? T.One : targets.ClassWeights.Span[i]);
        }
    }

    /// <summary>The same of operations that can be differentiated again.</summary>
    private static Tensor<T> ByOperations(Tensor<T> logits, CrossEntropyTargets<T> targets)
    {
        var (logs, rows, classes) = (logits.LogSoftmax(), targets.Targets.Length, logits.Shape[1]);
        int[] map = [.. targets.Targets.Select((target, row) => target < 0 ? -1 : (row * classes) + target)];
        var losses = TakeOperation<T>.Apply(logs, map, 1, [rows], "CrossEntropy") * (targets.Weights * T.CreateChecked(1 - targets.Smoothing));
        if (targets.Smoothing > 0)
        {
            var counted = new Tensor<T>(Array.ConvertAll(targets.Targets, static target => target < 0 ? T.Zero : T.One), [rows]);
            losses += (targets.ClassWeights is null ? logs : logs * targets.ClassWeights).Sum([1]) * counted * targets.Spread(classes);
        }

        return -losses;
    }
}
