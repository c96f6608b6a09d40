using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Descent.Engine;
using Descent.LinearAlgebra;

namespace Descent.Nn;

/// <summary>Where the rows of an operand of attention lie: each head's part of each row of each sequence.</summary>
/// <param name="Offset">The first number of the first head.</param>
/// <param name="Batch">From sequence to sequence.</param>
/// <param name="Head">From head to head.</param>
/// <param name="Row">From row to row.</param>
internal readonly record struct HeadLayout(int Offset, int Batch, int Head, int Row)
{
    public StridedView View(int batch, int heads, int length, int size) => new(Offset, [Batch, Head, Row, 1], [batch, heads, length, size]);
}

/// <summary>The sizes of an attention, and where its operands and its output lie.</summary>
internal sealed record AttentionShape(int Batch, int Heads, int Queries, int Keys, int Size, int Values)
{
    public required HeadLayout Query { get; init; }

    public required HeadLayout Key { get; init; }

    public required HeadLayout Value { get; init; }

    public required HeadLayout Output { get; init; }

    public bool Causal { get; init; }

    public required double Scale { get; init; }

    public long Multiplications => (long)Batch * Heads * Queries * Keys * (Size + Values);

    /// <summary>How many keys the queries before <paramref name="end"/> see.</summary>
    public int Visible(int end) => Causal ? Math.Min(Keys, end) : Keys;
}

/// <summary>
/// O = P·V with P = softmax(s·Q·Kᵀ) for every head of every sequence, without P in memory: some queries at a time, of whose rows the largest score
/// and the sum are kept, and P is computed again for the gradients. With ∂P = ∂O·Vᵀ: ∂V = Pᵀ·∂O, ∂S = P·(∂P − Σ P·∂P) with the sum over the row, ∂Q = s·∂S·K, ∂K = s·∂Sᵀ·Q.
/// </summary>
/// <remarks>
/// Source: Dao et al., "FlashAttention", NeurIPS 2022, <see href="https://arxiv.org/abs/2205.14135"/>, algorithms 1 and 4. Departure: a block of queries
/// sees all its keys at once, because contexts are short enough for a row of scores to stay in the cache; so Σ P·∂P needs no detour over the output.
/// </remarks>
internal sealed class AttentionOperation<T> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AttentionShape shape;
    private readonly Tensor<T> output;
    private readonly Tensor<T> moments;
    private readonly bool isPacked;

    private AttentionOperation(Tensor<T>[] operands, AttentionShape shape, Tensor<T> output, Tensor<T> moments)
        : base(operands) => (this.shape, this.output, this.moments, isPacked) = (shape, output, moments, operands.Length == 1);

    public override string Name => "Attention";

    private Tensor<T> Query => Inputs[0];

    private Tensor<T> Key => Inputs[isPacked ? 0 : 1];

    private Tensor<T> Value => Inputs[^1];

    /// <summary>Attention of queries, keys and values in tensors of their own, or of one tensor that has all three.</summary>
    public static Tensor<T> Apply(Tensor<T>[] operands, AttentionShape shape, int[] outputShape)
    {
        var (result, moments) = (Tensor<T>.Result(outputShape), Tensor<T>.Result([shape.Batch * shape.Heads * shape.Queries, 2]));
        var operation = new AttentionOperation<T>(operands, shape, result, moments);
        MatrixKernels.Count(shape.Multiplications);
        Blocks.Run(shape.Batch * shape.Heads, 1, (item, _) => operation.Forward(item));
        return result.From(operation);
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (Autograd.IsRecording)
        {
            BackwardThrough(ByOperations, gradient, sums);
            return;
        }

        Tensor<T>[] results = [.. Inputs.Select(static input => Tensor<T>.Result([.. input.Shape]))];
        MatrixKernels.Count(3 * shape.Multiplications);
        Blocks.Run(shape.Batch * shape.Heads, 1, (item, _) => AttentionBlocks<T>.Current.Backward(
            shape, item, Query.Span, Key.Span, Value.Span, moments.Span, gradient.Span, results[0].Span, results[isPacked ? 0 : 1].Span, results[^1].Span));
        for (var i = 0; i < results.Length; i++)
        {
            sums.Add(Inputs[i], results[i]);
        }
    }

    private void Forward(int item) => AttentionBlocks<T>.Current.Forward(shape, item, Query.Span, Key.Span, Value.Span, output.Span, moments.Span);

    /// <summary>The same of operations that can be differentiated again.</summary>
    private Tensor<T> ByOperations(Tensor<T>[] inputs)
    {
        var q = StridedOperation<T>.Apply(inputs[0], shape.Query.View(shape.Batch, shape.Heads, shape.Queries, shape.Size), Name);
        var k = StridedOperation<T>.Apply(inputs[isPacked ? 0 : 1], shape.Key.View(shape.Batch, shape.Heads, shape.Keys, shape.Size), Name);
        var v = StridedOperation<T>.Apply(inputs[^1], shape.Value.View(shape.Batch, shape.Heads, shape.Keys, shape.Values), Name);
        var result = Tensor<T>.AttentionWeights(q, k, null, null, shape.Causal, shape.Scale).MatrixMultiply(v);
        return (isPacked ? result.Transpose(1, 2) : result).Reshape(output.Shape);
    }
}

/// <summary>The loops of attention over blocks of queries, and a thread's memory for their scores.</summary>
internal sealed class AttentionBlocks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Queries of a block: of causal scores about 5/8 are computed at 128 keys.</summary>
    private const int Rows = 48;

    [ThreadStatic]
    private static AttentionBlocks<T>? current;

    private T[] scores = [];
    private T[] slopes = [];
    private T[] scaled = [];

    public static AttentionBlocks<T> Current => current ??= new AttentionBlocks<T>();

    public void Forward(AttentionShape shape, int item, ReadOnlySpan<T> query, ReadOnlySpan<T> key, ReadOnlySpan<T> value, Span<T> output, Span<T> moments)
    {
        var q = query[Start(shape, shape.Query, item)..];
        var k = key[Start(shape, shape.Key, item)..];
        var v = value[Start(shape, shape.Value, item)..];
        var o = output[Start(shape, shape.Output, item)..];
        for (var first = 0; first < shape.Queries; first += Rows)
        {
            var (rows, keys, stride) = Reserve(shape, first, ref scores);
            Scores(shape, first, rows, keys, stride, q, k);
            for (var i = 0; i < rows; i++)
            {
                var row = scores.AsSpan(i * stride, stride);
                var moment = moments.Slice(2 * ((item * shape.Queries) + first + i), 2);
                Softmax(row, shape.Visible(first + i + 1), moment);
                var inverse = Vector512.Create(moment[1]);
                for (var j = 0; j < stride; j += Vector512<T>.Count)
                {
                    (Vectors.Load<T>(row, j) * inverse).Store(row, j);
                }
            }

            Multiply(scores, v, o[(first * shape.Output.Row)..], new ProductShape(rows, shape.Values, keys) { LeftStride = stride, RightStride = shape.Value.Row, ResultStride = shape.Output.Row });
        }
    }

    public void Backward(
        AttentionShape shape, int item, ReadOnlySpan<T> query, ReadOnlySpan<T> key, ReadOnlySpan<T> value, ReadOnlySpan<T> moments, ReadOnlySpan<T> gradient,
        Span<T> byQuery, Span<T> byKey, Span<T> byValue)
    {
        var (atQuery, atKey, atValue, atOutput) = (Start(shape, shape.Query, item), Start(shape, shape.Key, item), Start(shape, shape.Value, item), Start(shape, shape.Output, item));
        var q = query[atQuery..];
        var k = key[atKey..];
        var v = value[atValue..];
        var scale = T.CreateChecked(shape.Scale);
        for (var i = 0; i < shape.Keys; i++)
        {
            byKey.Slice(atKey + (i * shape.Key.Row), shape.Size).Clear();
            byValue.Slice(atValue + (i * shape.Value.Row), shape.Values).Clear();
        }

        for (var first = 0; first < shape.Queries; first += Rows)
        {
            var (rows, keys, stride) = Reserve(shape, first, ref scores);
            _ = Reserve(shape, first, ref slopes);
            Scores(shape, first, rows, keys, stride, q, k);
            var g = gradient[(atOutput + (first * shape.Output.Row))..];
            Multiply(g, v, slopes, new ProductShape(rows, keys, shape.Values) { TransposeRight = true, LeftStride = shape.Output.Row, RightStride = shape.Value.Row, ResultStride = stride });
            for (var i = 0; i < rows; i++)
            {
                Slopes(scores.AsSpan(i * stride, stride), slopes.AsSpan(i * stride, stride), shape.Visible(first + i + 1), moments.Slice(2 * ((item * shape.Queries) + first + i), 2));
            }

            var target = byQuery[(atQuery + (first * shape.Query.Row))..];
            Multiply(slopes, k, target, new ProductShape(rows, shape.Size, keys) { LeftStride = stride, RightStride = shape.Key.Row, ResultStride = shape.Query.Row });
            for (var i = 0; i < rows; i++)
            {
                var row = target.Slice(i * shape.Query.Row, shape.Size);
                TensorPrimitives.Multiply(row, scale, row);
            }

            var transposed = new ProductShape(keys, shape.Size, rows) { TransposeLeft = true, Accumulate = true, LeftStride = stride };
            Multiply(slopes, scaled, byKey[atKey..], transposed with { ResultStride = shape.Key.Row });
            Multiply(scores, g, byValue[atValue..], transposed with { Columns = shape.Values, RightStride = shape.Output.Row, ResultStride = shape.Value.Row });
        }
    }

    private static int Start(AttentionShape shape, HeadLayout layout, int item) => layout.Offset + (item / shape.Heads * layout.Batch) + (item % shape.Heads * layout.Head);

    private static void Multiply(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, in ProductShape shape) =>
        MatrixProduct.Multiply(left, right, result, shape, null, Workers.Sequential);

    /// <summary>The size of the block that begins with a query, and memory for it: rows that begin at whole vectors.</summary>
    private static (int Rows, int Keys, int Stride) Reserve(AttentionShape shape, int first, ref T[] memory)
    {
        var rows = Math.Min(Rows, shape.Queries - first);
        var keys = shape.Visible(first + rows);
        var stride = (keys + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
        if (memory.Length < rows * stride)
        {
            memory = GC.AllocateUninitializedArray<T>(Rows * Math.Max(stride, 2 * memory.Length / Rows));
        }

        return (rows, keys, stride);
    }

    /// <summary>s·Q·Kᵀ of a block.</summary>
    private void Scores(AttentionShape shape, int first, int rows, int keys, int stride, ReadOnlySpan<T> q, ReadOnlySpan<T> k)
    {
        if (scaled.Length < rows * shape.Size)
        {
            scaled = GC.AllocateUninitializedArray<T>(Rows * shape.Size);
        }

        for (var i = 0; i < rows; i++)
        {
            TensorPrimitives.Multiply(q.Slice((first + i) * shape.Query.Row, shape.Size), T.CreateChecked(shape.Scale), scaled.AsSpan(i * shape.Size, shape.Size));
        }

        Multiply(scaled, k, scores, new ProductShape(rows, keys, shape.Size) { TransposeRight = true, RightStride = shape.Key.Row, ResultStride = stride });
    }

    /// <summary>e^(score − largest) of what a query sees, and 0 behind it; the largest, and 1 over the sum of what is left in the row.</summary>
    private static void Softmax(Span<T> row, int visible, Span<T> moments)
    {
        row[visible..].Fill(T.NegativeInfinity);
        var most = Vector512.Create(T.NegativeInfinity);
        for (var j = 0; j < row.Length; j += Vector512<T>.Count)
        {
            most = Vector512.Max(most, Vectors.Load<T>(row, j));
        }

        var largest = Vectors.Largest(most);
        var (shift, sum) = (Vector512.Create(largest), Vector512<T>.Zero);
        for (var j = 0; j < row.Length; j += Vector512<T>.Count)
        {
            var weight = VectorMath<T>.Exp(Vectors.Load<T>(row, j) - shift);
            weight.Store(row, j);
            sum += weight;
        }

        (moments[0], moments[1]) = (largest, T.One / Vectors.Sum(sum));
    }

    /// <summary>P instead of the scores, and ∂S instead of ∂P.</summary>
    private static void Slopes(Span<T> scores, Span<T> slopes, int visible, ReadOnlySpan<T> moments)
    {
        scores[visible..].Fill(T.NegativeInfinity);
        slopes[visible..].Clear();
        var (shift, inverse, sum) = (Vector512.Create(moments[0]), Vector512.Create(moments[1]), Vector512<T>.Zero);
        for (var j = 0; j < scores.Length; j += Vector512<T>.Count)
        {
            var weight = VectorMath<T>.Exp(Vectors.Load<T>(scores, j) - shift) * inverse;
            weight.Store(scores, j);
            sum = Vectors.MultiplyAdd(weight, Vectors.Load<T>(slopes, j), sum);
        }

        var mean = Vector512.Create(Vectors.Sum(sum));
        for (var j = 0; j < scores.Length; j += Vector512<T>.Count)
        {
            (Vectors.Load<T>(scores, j) * (Vectors.Load<T>(slopes, j) - mean)).Store(slopes, j);
        }
    }
}
