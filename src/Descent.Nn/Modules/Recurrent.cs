using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>
/// A recurrent network over sequences, of one or more layers and one or two directions. Every step makes the state of the one before and its
/// input; the output is the last layer's hidden state at every step. Names, gate orders and both biases are those of PyTorch.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class Recurrent<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(string Name, Tensor<T> Tensor)> tensors = [];
    private readonly int layers;
    private readonly int directions;
    private readonly bool bias;

    private protected Recurrent(int gates, int states, int inputs, int hidden, SeededRandom random, RecurrentOptions? options)
    {
        options ??= new RecurrentOptions();
        if (inputs < 1 || hidden < 1 || options.Layers < 1)
        {
            throw new DescentException($"A recurrent network needs at least 1 input, 1 hidden unit and 1 layer, but was given {inputs}, {hidden} and {options.Layers}.");
        }

        Tensor<T>.CheckProbability(options.Dropout);
        (States, Inputs, Hidden, Options) = (states, inputs, hidden, options);
        (layers, directions, bias) = (options.Layers, options.Bidirectional ? 2 : 1, options.Bias);
        for (var layer = 0; layer < layers; layer++)
        {
            for (var direction = 0; direction < directions; direction++)
            {
                var suffix = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"_l{layer}{(direction == 1 ? "_reverse" : "")}");
                Add($"weight_ih{suffix}", [gates * hidden, layer == 0 ? inputs : directions * hidden], random);
                Add($"weight_hh{suffix}", [gates * hidden, hidden], random);
                if (bias)
                {
                    Add($"bias_ih{suffix}", [gates * hidden], random);
                    Add($"bias_hh{suffix}", [gates * hidden], random);
                }
            }
        }
    }

    /// <summary>Numbers in an element of the input.</summary>
    public int Inputs { get; }

    /// <summary>Numbers in the hidden state.</summary>
    public int Hidden { get; }

    /// <summary>Layers, directions, and how a batch is laid out.</summary>
    public RecurrentOptions Options { get; }

    /// <summary>How many tensors a state is.</summary>
    private protected int States { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => tensors;

    /// <inheritdoc/>
    /// <exception cref="DescentException">The input's shape does not fit.</exception>
    public override Tensor<T> Forward(Tensor<T> input) => Run(input, null, givesState: false).Output;

    /// <summary>The output for a sequence, and the state it ends with: what the next part of the sequence starts with.</summary>
    /// <param name="input">[batch, steps, inputs], or [steps, batch, inputs] where <see cref="RecurrentOptions.BatchFirst"/> is false.</param>
    /// <param name="state">What to start with: hidden state (and cell state), each [layers · directions, batch, hidden]; zeros when null.</param>
    /// <returns>The last layer's hidden state at every step, directions side by side; and the final state, like the first one.</returns>
    /// <exception cref="DescentException">A shape does not fit.</exception>
    public (Tensor<T> Output, Tensor<T>[] State) Run(Tensor<T> input, IReadOnlyList<Tensor<T>>? state = null) => Run(input, state, givesState: true);

    /// <summary>The next state, from the input's share of the gates, which is [batch, gates · hidden], and the state before.</summary>
    private protected abstract Tensor<T>[] Step(Tensor<T> fromInput, Tensor<T>[] state, Tensor<T> weight, Tensor<T>? bias);

    /// <summary>All steps of a layer at once. See <see cref="RecurrenceOperation{T, TCell}.Apply"/>.</summary>
    private protected abstract Tensor<T> RunSteps(Tensor<T>[] inputs, SequenceLayout layout, bool givesCell, Func<Tensor<T>[], Tensor<T>> byOperations);

    private (Tensor<T> Output, Tensor<T>[] State) Run(Tensor<T> input, IReadOnlyList<Tensor<T>>? state, bool givesState)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 3 || input.Shape[2] != Inputs || input.Length == 0)
        {
            throw new DescentException($"A recurrent network of {Inputs} inputs needs an input of shape {(Options.BatchFirst ? "[batch, steps" : "[steps, batch")}, {Inputs}], but its shape is {Shapes.Describe(input.Shape)}.");
        }

        var (batch, steps) = Options.BatchFirst ? (input.Shape[0], input.Shape[1]) : (input.Shape[1], input.Shape[0]);
        int[] stateShape = [layers * directions, batch, Hidden];
        if (state is not null && (state.Count != States || !state.All(part => part.Shape.SequenceEqual(stateShape))))
        {
            throw new DescentException($"The state must be {States} tensors of shape {Shapes.Describe(stateShape)}, but was {string.Join(" and ", state.Select(static part => Shapes.Describe(part.Shape)))}.");
        }

        var (sequence, final) = (input, new List<Tensor<T>[]>());
        for (var layer = 0; layer < layers; layer++)
        {
            if (layer > 0 && IsTraining && Options is { Dropout: > 0, Random: { } random })
            {
                sequence = sequence.Dropout(Options.Dropout, random);
            }

            var outputs = new Tensor<T>[directions];
            for (var direction = 0; direction < directions; direction++)
            {
                var index = (layer * directions) + direction;
                Tensor<T>[] start = [.. Enumerable.Range(0, States).Select(part => state is null ? Tensor<T>.Filled([batch, Hidden], T.Zero) : state[part][index])];
                (outputs[direction], var end) = RunLayer(index, sequence, start, new SequenceLayout(batch, steps, Options.BatchFirst, Reverse: direction == 1), givesState);
                final.Add(end);
            }

            sequence = Tensor<T>.Concat(outputs, -1);
        }

        return (sequence, givesState ? [.. Enumerable.Range(0, States).Select(part => Tensor<T>.Stack([.. final.Select(end => end[part])]))] : []);
    }

    private (Tensor<T> Output, Tensor<T>[] State) RunLayer(int index, Tensor<T> sequence, Tensor<T>[] start, SequenceLayout layout, bool givesState)
    {
        var first = index * (bias ? 4 : 2);
        var (weightInput, weightHidden) = (tensors[first].Tensor, tensors[first + 1].Tensor);
        var (biasInput, biasHidden) = bias ? (tensors[first + 2].Tensor, tensors[first + 3].Tensor) : (null, null);

        // The inputs' share of the gates of all steps is one product.
        var fromInput = sequence.Linear(weightInput, biasInput);
        var givesCell = givesState && States == 2;
        var rows = RunSteps([fromInput, weightHidden, .. start, .. biasHidden is null ? [] : new[] { biasHidden }], layout, givesCell, inputs => RunByOperations(inputs, layout, givesCell));
        var output = rows.Narrow(0, 0, layout.Rows).Reshape(fromInput.Shape[0], fromInput.Shape[1], Hidden);
        if (!givesState)
        {
            return (output, []);
        }

        var last = new StridedView(layout.Row(0, layout.Steps - 1) * Hidden, [layout.BatchStep * Hidden, 1], [layout.Batch, Hidden]);
        var hidden = StridedOperation<T>.Apply(rows, last, "Slice");
        return (output, givesCell ? [hidden, rows.Narrow(0, layout.Rows, layout.Batch)] : [hidden]);
    }

    /// <summary>The steps one by one, of operations that can be differentiated twice.</summary>
    private Tensor<T> RunByOperations(Tensor<T>[] inputs, SequenceLayout layout, bool givesCell)
    {
        var sequence = layout.BatchFirst ? inputs[0].Transpose(0, 1) : inputs[0];
        var (state, outputs) = (inputs[2..(2 + States)], new Tensor<T>[layout.Steps]);
        for (var order = 0; order < layout.Steps; order++)
        {
            var step = layout.Reverse ? layout.Steps - 1 - order : order;
            state = Step(sequence[step], state, inputs[1], bias ? inputs[^1] : null);
            outputs[step] = state[0];
        }

        var rows = Tensor<T>.Stack(outputs, layout.BatchFirst ? 1 : 0).Reshape(layout.Rows, Hidden);
        return givesCell ? Tensor<T>.Concat([rows, state[1]]) : rows;
    }

    private void Add(string name, int[] shape, SeededRandom random)
    {
        var tensor = Tensor<T>.Zeros(shape, requiresGradient: true);
        tensor.DecayExempt = shape.Length == 1;
        Initialization.LinearDefault(tensor, Hidden, random);
        tensors.Add((name, tensor));
    }
}

/// <summary>How a recurrent network is built.</summary>
public sealed record RecurrentOptions
{
    /// <summary>Layers, each given the outputs of the one before; at least 1.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether there is a second network that runs from the end; outputs are side by side.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Whether there are biases.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Whether sequences are [batch, steps, …] rather than [steps, batch, …].</summary>
    public bool BatchFirst { get; init; } = true;

    /// <summary>The probability of a dropout between layers, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Draws the masks of the dropout; no dropout when null.</summary>
    public SeededRandom? Random { get; init; }
}

/// <summary>A plain recurrent network: h ← tanh(W_ih·x + b_ih + W_hh·h + b_hh).</summary>
/// <param name="inputs">Numbers in an element of the input, at least 1.</param>
/// <param name="hidden">Numbers in the hidden state, at least 1.</param>
/// <param name="random">Draws the weights, uniform in ±1/√hidden.</param>
/// <param name="options">Layers, directions, layout; the defaults when null.</param>
/// <remarks>Source: Elman, "Finding Structure in Time", Cognitive Science 14, 1990.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Rnn<T>(int inputs, int hidden, SeededRandom random, RecurrentOptions? options = null) : Recurrent<T>(1, 1, inputs, hidden, random, options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override Tensor<T> RunSteps(Tensor<T>[] inputs, SequenceLayout layout, bool givesCell, Func<Tensor<T>[], Tensor<T>> byOperations) =>
        RecurrenceOperation<T, RnnCell<T>>.Apply(inputs, layout, givesCell, byOperations);

    private protected override Tensor<T>[] Step(Tensor<T> fromInput, Tensor<T>[] state, Tensor<T> weight, Tensor<T>? bias) =>
        [(fromInput + state[0].Linear(weight, bias)).Tanh()];
}

/// <summary>Long short-term memory: c ← σ(f)·c + σ(i)·tanh(g), h ← σ(o)·tanh(c), with gates i, f, g, o of W_ih·x + b_ih + W_hh·h + b_hh.</summary>
/// <param name="inputs">Numbers in an element of the input, at least 1.</param>
/// <param name="hidden">Numbers in the hidden state, at least 1.</param>
/// <param name="random">Draws the weights, uniform in ±1/√hidden.</param>
/// <param name="options">Layers, directions, layout; the defaults when null.</param>
/// <remarks>Source: Hochreiter, Schmidhuber, "Long Short-Term Memory", Neural Computation 9, 1997; with the forget gate of Gers, Schmidhuber, Cummins, 2000.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Lstm<T>(int inputs, int hidden, SeededRandom random, RecurrentOptions? options = null) : Recurrent<T>(4, 2, inputs, hidden, random, options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override Tensor<T> RunSteps(Tensor<T>[] inputs, SequenceLayout layout, bool givesCell, Func<Tensor<T>[], Tensor<T>> byOperations) =>
        RecurrenceOperation<T, LstmCell<T>>.Apply(inputs, layout, givesCell, byOperations);

    private protected override Tensor<T>[] Step(Tensor<T> fromInput, Tensor<T>[] state, Tensor<T> weight, Tensor<T>? bias)
    {
        var gates = (fromInput + state[0].Linear(weight, bias)).Split(Hidden, 1);
        var c = (gates[1].Sigmoid() * state[1]) + (gates[0].Sigmoid() * gates[2].Tanh());
        return [gates[3].Sigmoid() * c.Tanh(), c];
    }
}

/// <summary>
/// Gated recurrent unit: r and z = σ(W_ih·x + b_ih + W_hh·h + b_hh), n = tanh(W_in·x + b_in + r·(W_hn·h + b_hn)), h ← (1 − z)·n + z·h.
/// </summary>
/// <param name="inputs">Numbers in an element of the input, at least 1.</param>
/// <param name="hidden">Numbers in the hidden state, at least 1.</param>
/// <param name="random">Draws the weights, uniform in ±1/√hidden.</param>
/// <param name="options">Layers, directions, layout; the defaults when null.</param>
/// <remarks>
/// Source: Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder", EMNLP 2014, <see href="https://arxiv.org/abs/1406.1078"/>.
/// Departure, shared with PyTorch and cuDNN: the reset gate multiplies after the product.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Gru<T>(int inputs, int hidden, SeededRandom random, RecurrentOptions? options = null) : Recurrent<T>(3, 1, inputs, hidden, random, options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected override Tensor<T> RunSteps(Tensor<T>[] inputs, SequenceLayout layout, bool givesCell, Func<Tensor<T>[], Tensor<T>> byOperations) =>
        RecurrenceOperation<T, GruCell<T>>.Apply(inputs, layout, givesCell, byOperations);

    private protected override Tensor<T>[] Step(Tensor<T> fromInput, Tensor<T>[] state, Tensor<T> weight, Tensor<T>? bias)
    {
        var fromHidden = state[0].Linear(weight, bias);
        var gates = (fromInput.Narrow(1, 0, 2 * Hidden) + fromHidden.Narrow(1, 0, 2 * Hidden)).Sigmoid();
        var (r, z) = (gates.Narrow(1, 0, Hidden), gates.Narrow(1, Hidden, Hidden));
        var n = (fromInput.Narrow(1, 2 * Hidden, Hidden) + (r * fromHidden.Narrow(1, 2 * Hidden, Hidden))).Tanh();
        return [n + (z * (state[0] - n))];
    }
}
