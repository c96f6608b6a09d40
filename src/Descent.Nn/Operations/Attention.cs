using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Attention: softmax(q·kᵀ·scale + bias)·v, where a query sees the keys that masks allow.</summary>
    /// <remarks>Source: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, <see href="https://arxiv.org/abs/1706.03762"/>, equation 1.</remarks>
    /// <param name="query">q, [batch, heads, queries, size]; any axes may stand before the last two.</param>
    /// <param name="key">k, [batch, heads, keys, size].</param>
    /// <param name="value">v, [batch, heads, keys, values].</param>
    /// <param name="mask">Not 0 where a query may see a key; broadcasts to [batch, heads, queries, keys]. None when null. A query that sees nothing gives NaN.</param>
    /// <param name="bias">What is added to the scores; broadcasts likewise. None when null.</param>
    /// <param name="causal">Whether query i sees the keys up to i only.</param>
    /// <param name="scale">What scores are multiplied with; 1/√size when null.</param>
    /// <exception cref="DescentException">The shapes do not fit.</exception>
    public static Tensor<T> ScaledDotProductAttention(
        Tensor<T> query, Tensor<T> key, Tensor<T> value, Tensor<T>? mask = null, Tensor<T>? bias = null, bool causal = false, double? scale = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        var isPlain = mask is null && bias is null && query.Rank >= 2 && query.Rank == key.Rank && key.Rank == value.Rank && query.Length > 0 && value.Length > 0
            && query.shape[^1] == key.shape[^1] && key.shape[^2] == value.shape[^2]
            && query.shape.AsSpan(..^2).SequenceEqual(key.shape.AsSpan(..^2)) && key.shape.AsSpan(..^2).SequenceEqual(value.shape.AsSpan(..^2));
        if (!isPlain)
        {
            return AttentionWeights(query, key, mask, bias, causal, scale).MatrixMultiply(value);
        }

        var (queries, keys, size, values) = (query.shape[^2], key.shape[^2], query.shape[^1], value.shape[^1]);
        return AttentionOperation<T>.Apply(
            [query, key, value],
            new AttentionShape(1, Shapes.Count(query.shape.AsSpan(..^2)), queries, keys, size, values)
            {
                Query = Dense(queries, size),
                Key = Dense(keys, size),
                Value = Dense(keys, values),
                Output = Dense(queries, values),
                Causal = causal,
                Scale = scale ?? (1 / Math.Sqrt(size)),
            },
            [.. query.shape[..^1], values]);

        static HeadLayout Dense(int rows, int columns) => new(0, 0, rows * columns, columns);
    }

    /// <summary>The weights of <see cref="ScaledDotProductAttention"/>: how much of each value a query takes.</summary>
    internal static Tensor<T> AttentionWeights(Tensor<T> query, Tensor<T> key, Tensor<T>? mask, Tensor<T>? bias, bool causal, double? scale)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        if (query.Rank < 2 || key.Rank < 2 || query.shape[^1] != key.shape[^1])
        {
            throw new DescentException($"Attention needs queries and keys of shape […, length, size] with one size, but the shapes were {Shapes.Describe(query.shape)} and {Shapes.Describe(key.shape)}.");
        }

        var scores = (query * T.CreateChecked(scale ?? (1 / Math.Sqrt(query.shape[^1])))).MatrixMultiply(key, transposeRight: true);
        scores = bias is null ? scores : scores + bias;
        scores = mask is null ? scores : scores.MaskedFill(mask.Not(), T.NegativeInfinity);
        scores = causal ? scores.MaskedFill(scores.Triangle("Attention", static (i, j) => j > i), T.NegativeInfinity) : scores;
        return scores.Softmax();
    }
}

/// <summary>How a model learns where in a sequence an element stands.</summary>
public static class PositionalEncoding
{
    /// <summary>The table of sines and cosines: [t, 2i] = sin(t/10000^(2i/size)), [t, 2i + 1] = cos of the same.</summary>
    /// <remarks>Source: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, <see href="https://arxiv.org/abs/1706.03762"/>, section 3.5.</remarks>
    /// <param name="length">Positions, from 0.</param>
    /// <param name="size">Numbers for each position.</param>
    public static Tensor<T> Sinusoidal<T>(int length, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var table = Tensor<T>.Zeros([length, size]);
        for (var i = 0; i < table.Length; i++)
        {
            var (t, place) = Math.DivRem(i, size);
            var angle = t / Math.Pow(10000, place / 2 * 2 / (double)size);
            table.Span[i] = T.CreateChecked(place % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }

        return table;
    }

    /// <summary>Rotary positions: pairs of numbers of position t are turned by the angle t·base^(−2i/size).</summary>
    /// <remarks>Source: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021, <see href="https://arxiv.org/abs/2104.09864"/>.</remarks>
    /// <param name="input">[…, length, size]; the size is even.</param>
    /// <param name="interleaved">Whether pair i is (2i, 2i + 1) rather than (i, i + size/2).</param>
    /// <param name="theta">The base of the angles.</param>
    /// <exception cref="DescentException">There are fewer than two axes, or the size is odd.</exception>
    public static Tensor<T> Rotary<T>(Tensor<T> input, bool interleaved = false, double theta = 10000)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank < 2 || input.Shape[^1] % 2 != 0)
        {
            throw new DescentException($"Rotary positions need an input of shape […, length, size] with an even size, but its shape is {Shapes.Describe(input.Shape)}.");
        }

        var (length, size) = (input.Shape[^2], input.Shape[^1]);
        var (cosine, sine) = (Tensor<T>.Zeros([length, size]), Tensor<T>.Zeros([length, size]));
        var partner = new int[size];
        for (var place = 0; place < size; place++)
        {
            // (a, b) becomes (a·cos − b·sin, b·cos + a·sin): each number takes its own cosine and its partner's sine with a sign.
            var isFirst = interleaved ? place % 2 == 0 : place < size / 2;
            var pair = interleaved ? place / 2 : place % (size / 2);
            partner[place] = interleaved ? place ^ 1 : (place + (size / 2)) % size;
            for (var t = 0; t < length; t++)
            {
                var angle = t * Math.Pow(theta, -2.0 * pair / size);
                cosine.Span[(t * size) + place] = T.CreateChecked(Math.Cos(angle));
                sine.Span[(t * size) + place] = T.CreateChecked(isFirst ? -Math.Sin(angle) : Math.Sin(angle));
            }
        }

        return (input * cosine) + (input.IndexSelect(-1, partner) * sine);
    }

    /// <summary>The bias −2^(−8h/heads)·(i − j) of head h = 1 … heads for query i and key j, which attention adds to its scores.</summary>
    /// <remarks>Source: Press, Smith, Lewis, "Train Short, Test Long", ICLR 2022, <see href="https://arxiv.org/abs/2108.12409"/>.</remarks>
    /// <param name="heads">A power of two.</param>
    /// <param name="queries">Positions of queries.</param>
    /// <param name="keys">Positions of keys.</param>
    /// <returns>[heads, queries, keys].</returns>
    /// <exception cref="DescentException">The heads are no power of two.</exception>
    public static Tensor<T> Alibi<T>(int heads, int queries, int keys)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (heads < 1 || !BitOperations.IsPow2(heads))
        {
            throw new DescentException($"ALiBi needs a power of two for its heads, but was given {heads}.");
        }

        var bias = Tensor<T>.Zeros([heads, queries, keys]);
        for (var i = 0; i < bias.Length; i++)
        {
            var (row, key) = Math.DivRem(i, keys);
            bias.Span[i] = T.CreateChecked(-Math.Pow(2, -8.0 * ((row / queries) + 1) / heads) * ((row % queries) - key));
        }

        return bias;
    }
}
