using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>
/// Self-attention and a network of two linear layers, each with a residual and a layer norm: before it (pre-norm: x + f(norm x)) or
/// after it (post-norm: norm(x + f(x))). Names are those of PyTorch's encoder layer.
/// </summary>
/// <remarks>
/// Source: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, <see href="https://arxiv.org/abs/1706.03762"/> (post-norm); Xiong et al.,
/// "On Layer Normalization in the Transformer Architecture", ICML 2020, <see href="https://arxiv.org/abs/2002.04745"/> (pre-norm).
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class TransformerBlock<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool preNorm;
    private readonly Module<T> activation;
    private readonly Dropout<T>? dropout;

    /// <summary>Creates the block.</summary>
    /// <param name="size">Features of an element, a multiple of the heads.</param>
    /// <param name="heads">Heads of the attention.</param>
    /// <param name="hidden">Units between the two linear layers.</param>
    /// <param name="random">Draws the weights, and the masks of the dropout.</param>
    /// <param name="preNorm">Whether norms come before what they belong to.</param>
    /// <param name="causal">Whether an element sees those up to itself only.</param>
    /// <param name="activation">Between the two linear layers; the exact GELU when null.</param>
    /// <param name="dropout">The probability of the dropout on both branches and on the attention's weights.</param>
    /// <param name="epsilon">The norms' ε.</param>
    /// <exception cref="DescentException">An argument is out of range.</exception>
    public TransformerBlock(
        int size, int heads, int hidden, SeededRandom random, bool preNorm = true, bool causal = false, Module<T>? activation = null, double dropout = 0, double epsilon = 1e-5)
    {
        (this.preNorm, this.activation) = (preNorm, activation ?? Layers.Gelu<T>());
        this.dropout = dropout == 0 ? null : new Dropout<T>(dropout, random);
        Attention = new MultiHeadAttention<T>(size, heads, random, causal, dropout: dropout);
        Linear1 = new Linear<T>(size, hidden, random);
        Linear2 = new Linear<T>(hidden, size, random);
        (Norm1, Norm2) = (new LayerNorm<T>(size, epsilon), new LayerNorm<T>(size, epsilon));
    }

    /// <summary>The self-attention.</summary>
    public MultiHeadAttention<T> Attention { get; }

    /// <summary>The first linear layer.</summary>
    public Linear<T> Linear1 { get; }

    /// <summary>The second linear layer.</summary>
    public Linear<T> Linear2 { get; }

    /// <summary>The norm of the attention.</summary>
    public LayerNorm<T> Norm1 { get; }

    /// <summary>The norm of the linear layers.</summary>
    public LayerNorm<T> Norm2 { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Module<T> Module)> Children =>
    [
        ("self_attn", Attention), ("linear1", Linear1), ("linear2", Linear2), ("norm1", Norm1), ("norm2", Norm2),
        .. dropout is null ? [] : new (string, Module<T>)[] { ("dropout", dropout) },
    ];

    /// <inheritdoc/>
    /// <exception cref="DescentException">The input's shape does not fit.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (preNorm)
        {
            var attended = input + Drop(Attention.Forward(Norm1.Forward(input)));
            return attended + Drop(FeedForward(Norm2.Forward(attended)));
        }

        var normed = Norm1.Forward(input + Drop(Attention.Forward(input)));
        return Norm2.Forward(normed + Drop(FeedForward(normed)));
    }

    private Tensor<T> FeedForward(Tensor<T> x) => Linear2.Forward(activation.Forward(Linear1.Forward(x)));

    private Tensor<T> Drop(Tensor<T> x) => dropout?.Forward(x) ?? x;
}
