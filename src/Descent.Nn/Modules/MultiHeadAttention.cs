using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>
/// Attention with several heads over [batch, length, size]: queries, keys and values are projected, each head attends with its part of the
/// features, and the heads' results side by side are projected back.
/// </summary>
/// <remarks>Source: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, <see href="https://arxiv.org/abs/1706.03762"/>, section 3.2.2. Names are PyTorch's.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class MultiHeadAttention<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int heads;
    private readonly bool causal;
    private readonly Dropout<T>? dropout;

    /// <summary>Creates the layer: projections start uniform after Xavier, biases at 0.</summary>
    /// <param name="size">Features of an element, a multiple of the heads.</param>
    /// <param name="heads">At least 1.</param>
    /// <param name="random">Draws the weights, and the masks of the dropout.</param>
    /// <param name="causal">Whether <see cref="Forward"/> lets an element see those up to itself only.</param>
    /// <param name="bias">Whether the projections have biases.</param>
    /// <param name="dropout">The probability with which a weight of the attention becomes 0 while training.</param>
    /// <exception cref="DescentException">An argument is out of range.</exception>
    public MultiHeadAttention(int size, int heads, SeededRandom random, bool causal = false, bool bias = true, double dropout = 0)
    {
        if (heads < 1 || size < 1 || size % heads != 0)
        {
            throw new DescentException($"Attention needs a size that is a multiple of its heads, but was given a size of {size} and {heads} heads.");
        }

        (this.heads, this.causal, this.dropout) = (heads, causal, dropout == 0 ? null : new Dropout<T>(dropout, random));
        InProjectionWeight = Tensor<T>.Zeros([3 * size, size], requiresGradient: true);
        Initialization.XavierUniform(InProjectionWeight, random);
        var outWeight = Tensor<T>.Zeros([size, size], requiresGradient: true);
        Initialization.LinearDefault(outWeight, size, random);
        InProjectionBias = bias ? Norms.Zeros<T>([3 * size]) : null;
        OutProjection = new Linear<T>(outWeight, bias ? Norms.Zeros<T>([size]) : null);
    }

    /// <summary>The projections of queries, keys and values, one below the other: [3 · size, size].</summary>
    public Tensor<T> InProjectionWeight { get; }

    /// <summary>Their biases, [3 · size], or null.</summary>
    public Tensor<T>? InProjectionBias { get; }

    /// <summary>The projection of the result.</summary>
    public Linear<T> OutProjection { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors =>
        InProjectionBias is null ? [("in_proj_weight", InProjectionWeight)] : [("in_proj_weight", InProjectionWeight), ("in_proj_bias", InProjectionBias)];

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Module<T> Module)> Children => dropout is null ? [("out_proj", OutProjection)] : [("out_proj", OutProjection), ("dropout", dropout)];

    /// <inheritdoc/>
    /// <exception cref="DescentException">The input's shape does not fit.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check(input, null);
        if (input.Length == 0 || dropout is { IsTraining: true })
        {
            return Attend(input).Output;
        }

        // All heads at once from where the projection leaves them.
        var (batch, length, size) = (input.Shape[0], input.Shape[1], input.Shape[2]);
        var each = size / heads;
        HeadLayout Projected(int part) => new(part * size, length * 3 * size, each, 3 * size);
        var shape = new AttentionShape(batch, heads, length, length, each, each)
        {
            Query = Projected(0),
            Key = Projected(1),
            Value = Projected(2),
            Output = new HeadLayout(0, length * size, each, size),
            Causal = causal,
            Scale = 1 / Math.Sqrt(each),
        };
        return OutProjection.Forward(AttentionOperation<T>.Apply([input.Linear(InProjectionWeight, InProjectionBias)], shape, [batch, length, size]));
    }

    /// <summary>What queries take from a memory, and how much of each of its elements.</summary>
    /// <param name="query">[batch, queries, size].</param>
    /// <param name="memory">[batch, keys, size] for keys and values; the queries when null.</param>
    /// <param name="mask">Not 0 where a query must NOT see a key; broadcasts to [batch, heads, queries, keys]. None when null.</param>
    /// <param name="paddingMask">[batch, keys], not 0 where a key must not be seen by anybody. None when null.</param>
    /// <returns>The output, and the weights of the attention, [batch, heads, queries, keys].</returns>
    /// <exception cref="DescentException">A shape does not fit.</exception>
    public (Tensor<T> Output, Tensor<T> Weights) Attend(Tensor<T> query, Tensor<T>? memory = null, Tensor<T>? mask = null, Tensor<T>? paddingMask = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        Check(query, memory);
        var size = InProjectionWeight.Shape[1];
        Tensor<T> q, k, v;
        if (memory is null)
        {
            var projected = query.Linear(InProjectionWeight, InProjectionBias);
            (q, k, v) = (Heads(projected, 0), Heads(projected, size), Heads(projected, 2 * size));
        }
        else
        {
            q = Heads(query.Linear(InProjectionWeight.Narrow(0, 0, size), InProjectionBias?.Narrow(0, 0, size)), 0);
            var projected = memory.Linear(InProjectionWeight.Narrow(0, size, 2 * size), InProjectionBias?.Narrow(0, size, 2 * size));
            (k, v) = (Heads(projected, 0), Heads(projected, size));
        }

        var hidden = paddingMask?.Reshape(paddingMask.Shape[0], 1, 1, paddingMask.Shape[^1]);
        hidden = mask is null ? hidden : hidden is null ? mask.Not().Not() : hidden.Not().Not() + mask.Not().Not();
        var weights = Tensor<T>.AttentionWeights(q, k, hidden?.Not(), null, causal, null);
        weights = dropout?.Forward(weights) ?? weights;
        var result = weights.MatrixMultiply(v).Transpose(1, 2).Reshape(query.Shape);
        return (OutProjection.Forward(result), weights);
    }

    private void Check(Tensor<T> query, Tensor<T>? memory)
    {
        var size = InProjectionWeight.Shape[1];
        var fits = query.Rank == 3 && query.Shape[2] == size && (memory is null || (memory.Rank == 3 && memory.Shape[2] == size && memory.Shape[0] == query.Shape[0]));
        if (!fits)
        {
            throw new DescentException(
                $"Attention of size {size} needs queries and a memory of shape [batch, length, {size}], but the shapes were {Shapes.Describe(query.Shape)} and {(memory is null ? "none" : Shapes.Describe(memory.Shape))}.");
        }
    }

    /// <summary>Features of a [batch, length, …] tensor from one on, as [batch, heads, length, features of a head].</summary>
    private Tensor<T> Heads(Tensor<T> projected, int from)
    {
        var (batch, length, width) = (projected.Shape[0], projected.Shape[1], projected.Shape[2]);
        var each = InProjectionWeight.Shape[1] / heads;
        return StridedOperation<T>.Apply(projected, new StridedView(from, [length * width, each, width, 1], [batch, heads, length, each]), "Heads");
    }
}
