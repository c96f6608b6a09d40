using System.Globalization;
using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>
/// A decoder-only Transformer: embeddings of tokens and of positions (<c>tok_emb</c>, <c>pos_emb</c>), pre-norm blocks with causal attention
/// (<c>blocks.0</c> …), a last norm (<c>ln_f</c>) and a linear layer to the scores of the next token (<c>head</c>, without bias).
/// </summary>
/// <remarks>
/// Source: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019 (GPT-2). Weights start as there: normal with deviation 0.02,
/// and 0.02/√(2 · blocks) where a branch joins its residual; biases at 0.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Transformer<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Embedding<T> tokens;
    private readonly Embedding<T> positions;
    private readonly TransformerBlock<T>[] blocks;
    private readonly LayerNorm<T> norm;
    private readonly Linear<T> head;
    private readonly Dropout<T>? dropout;

    /// <summary>Creates the model.</summary>
    /// <param name="vocabulary">Tokens there are, at least 1.</param>
    /// <param name="context">The longest sequence, at least 1.</param>
    /// <param name="size">Features of a token, a multiple of the heads.</param>
    /// <param name="heads">Heads of each attention.</param>
    /// <param name="layers">Blocks, at least 1.</param>
    /// <param name="random">Draws the weights, and the masks of the dropout.</param>
    /// <param name="dropout">Its probability, in [0, 1).</param>
    /// <exception cref="DescentException">An argument is out of range.</exception>
    public Transformer(int vocabulary, int context, int size, int heads, int layers, SeededRandom random, double dropout = 0)
    {
        if (layers < 1 || context < 1)
        {
            throw new DescentException($"A Transformer needs at least 1 block and a context of at least 1, but was given {layers} and {context}.");
        }

        Context = context;
        this.dropout = dropout == 0 ? null : new Dropout<T>(dropout, random);
        (tokens, positions) = (new Embedding<T>(vocabulary, size, random), new Embedding<T>(context, size, random));
        blocks = [.. Enumerable.Range(0, layers).Select(_ => new TransformerBlock<T>(size, heads, 4 * size, random, causal: true, dropout: dropout))];
        (norm, head) = (new LayerNorm<T>(size), new Linear<T>(size, vocabulary, random, bias: false));
        foreach (var (name, tensor) in NamedTensors)
        {
            var joins = name.EndsWith("out_proj.weight", StringComparison.Ordinal) || name.EndsWith("linear2.weight", StringComparison.Ordinal);
            if (tensor.Rank == 2)
            {
                Initialization.Normal(tensor, joins ? 0.02 / Math.Sqrt(2 * layers) : 0.02, random);
            }
            else if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                Initialization.Zeros(tensor);
            }
        }
    }

    /// <summary>The longest sequence.</summary>
    public int Context { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Module<T> Module)> Children =>
    [
        ("tok_emb", tokens), ("pos_emb", positions),
        .. blocks.Select(static (block, index) => (string.Create(CultureInfo.InvariantCulture, $"blocks.{index}"), (Module<T>)block)),
        ("ln_f", norm), ("head", head),
        .. dropout is null ? [] : new (string, Module<T>)[] { ("dropout", dropout) },
    ];

    /// <summary>The scores of the next token after each one: [batch, length] token numbers to [batch, length, vocabulary].</summary>
    /// <exception cref="DescentException">The sequences are longer than the context, or an element is no token.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 2 || input.Shape[1] > Context)
        {
            throw new DescentException($"A Transformer with a context of {Context} needs an input of shape [batch, length] with a length of at most that, but its shape is {Shapes.Describe(input.Shape)}.");
        }

        var x = tokens.Forward(input) + positions.Weight.Narrow(0, 0, input.Shape[1]);
        x = dropout?.Forward(x) ?? x;
        foreach (var block in blocks)
        {
            x = block.Forward(x);
        }

        return head.Forward(norm.Forward(x));
    }
}

/// <summary>How the next token is drawn from a model's scores.</summary>
/// <param name="Temperature">What scores are divided by, at least 0; 0 takes the likeliest token.</param>
/// <param name="TopK">How many of the likeliest tokens may be drawn; all when null.</param>
public sealed record Sampling(double Temperature = 1, int? TopK = null)
{
    /// <summary>Continues a sequence of tokens, one by one.</summary>
    /// <param name="model">[batch, length] tokens to [batch, length, vocabulary] scores.</param>
    /// <param name="prompt">At least one token.</param>
    /// <param name="count">How many tokens to add.</param>
    /// <param name="context">How many of the last tokens the model is given.</param>
    /// <param name="random">Draws the tokens.</param>
    /// <returns>The tokens that were added, as they come.</returns>
    /// <exception cref="DescentException">The prompt is empty, or an option is out of range.</exception>
    public IEnumerable<int> Continue(Module<float> model, IReadOnlyList<int> prompt, int count, int context, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(random);
        if (!(Temperature >= 0) || !double.IsFinite(Temperature) || TopK < 1 || prompt.Count == 0)
        {
            throw new DescentException($"Sampling needs a prompt of at least 1 token, a temperature of at least 0 and a top-k of at least 1, but was given {prompt.Count}, {Temperature:R} and {TopK?.ToString(CultureInfo.InvariantCulture) ?? "none"}.");
        }

        return Tokens();

        IEnumerable<int> Tokens()
        {
            var sequence = new List<int>(prompt);
            for (var i = 0; i < count; i++)
            {
                var token = Next(model, [.. sequence.TakeLast(context)], random);
                sequence.Add(token);
                yield return token;
            }
        }
    }

    private int Next(Module<float> model, int[] sequence, SeededRandom random)
    {
        using var evaluation = Autograd.NoGradient();
        using var scope = TensorScope.Begin();
        var input = new Tensor<float>(Array.ConvertAll(sequence, static token => (float)token), [1, sequence.Length]);
        var scores = model.Forward(input)[0, -1].ToArray();
        int[] tokens = [.. Enumerable.Range(0, scores.Length).OrderByDescending(token => scores[token]).ThenBy(static token => token).Take(Temperature == 0 ? 1 : TopK ?? scores.Length)];
        double[] weights = [.. tokens.Select(token => Math.Exp((scores[token] - scores[tokens[0]]) / Math.Max(Temperature, 1e-300)))];
        var draw = random.NextDouble() * weights.Sum();
        for (var i = 0; i < tokens.Length; i++)
        {
            draw -= weights[i];
            if (draw < 0)
            {
                return tokens[i];
            }
        }

        return tokens[^1];
    }
}
