using System.Numerics;
using System.Numerics.Tensors;
using Descent.LinearAlgebra;

namespace Descent.Nn;

/// <summary>Where the steps of a batch of sequences lie, and in what order they are taken.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Steps">Of each.</param>
/// <param name="BatchFirst">Whether the steps of a sequence lie side by side, rather than the sequences of a step.</param>
/// <param name="Reverse">Whether the last step is taken first.</param>
internal readonly record struct SequenceLayout(int Batch, int Steps, bool BatchFirst, bool Reverse)
{
    public int Rows => Batch * Steps;

    /// <summary>From a sequence's row to the next sequence's of the same step.</summary>
    public int BatchStep => BatchFirst ? Steps : 1;

    /// <summary>The row of a sequence at the <paramref name="order"/>-th step that is taken.</summary>
    public int Row(int sequence, int order)
    {
        var step = Reverse ? Steps - 1 - order : order;
        return BatchFirst ? (sequence * Steps) + step : (step * Batch) + sequence;
    }
}

/// <summary>
/// A recurrent layer over whole sequences: rows of hidden states for rows of the input's share of the gates, and behind them on request the last cell states.
/// A thread takes some of the sequences through all steps, with weights that are packed once; what the steps add to the gradient by the weights is one product.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TCell">What a step does.</typeparam>
internal sealed class RecurrenceOperation<T, TCell> : Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : struct, IRecurrentCell<T>
{
    [ThreadStatic]
    private static PackedMatrix<T>? packed;

    [ThreadStatic]
    private static T[]? scratch;

    private readonly SequenceLayout layout;
    private readonly bool givesCell;
    private readonly int size;
    private readonly Tensor<T> fromInput;
    private readonly Tensor<T> weight;
    private readonly Tensor<T>? bias;
    private readonly Tensor<T>[] start;
    private readonly Func<Tensor<T>[], Tensor<T>> byOperations;
    private readonly Tensor<T> output;
    private readonly Tensor<T> kept;

    private RecurrenceOperation(Tensor<T>[] inputs, SequenceLayout layout, bool givesCell, Func<Tensor<T>[], Tensor<T>> byOperations)
        : base(inputs)
    {
        (this.layout, this.givesCell, this.byOperations) = (layout, givesCell, byOperations);
        (fromInput, weight) = (inputs[0], inputs[1]);
        start = TCell.HasCell ? [inputs[2], inputs[3]] : [inputs[2]];
        bias = inputs.Length > 2 + start.Length ? inputs[^1] : null;
        size = weight.Shape[1];
        output = Tensor<T>.Result([layout.Rows + (givesCell ? layout.Batch : 0), size]);
        kept = Tensor<T>.Result([layout.Rows, (TCell.Gates + 1) * size]);
    }

    public override string Name => typeof(TCell).Name.Split('`')[0];

    private int GateLength => TCell.Gates * size;

    private int KeptLength => (TCell.Gates + 1) * size;

    /// <summary>Sequences that a thread takes: any number gives the same bits, because each is computed by itself.</summary>
    private int SequencesOfAThread => Math.Max(1, (layout.Batch + Compute.Workers.Count - 1) / Compute.Workers.Count);

    /// <summary>Runs the layer.</summary>
    /// <param name="inputs">The input's share of the gates, [rows, gates · size]; the weights of the hidden state, [gates · size, size]; hidden and cell state to start with; a bias or none.</param>
    /// <param name="layout">Where sequences lie.</param>
    /// <param name="givesCell">Whether the last cell states follow the hidden states.</param>
    /// <param name="byOperations">The same function of the same inputs, made of operations that can be differentiated twice.</param>
    /// <returns>[rows, size], or [rows + batch, size].</returns>
    public static Tensor<T> Apply(Tensor<T>[] inputs, SequenceLayout layout, bool givesCell, Func<Tensor<T>[], Tensor<T>> byOperations)
    {
        var operation = new RecurrenceOperation<T, TCell>(inputs, layout, givesCell, byOperations);
        MatrixKernels.Count((long)layout.Rows * operation.GateLength * operation.size);
        var weights = packed ??= new PackedMatrix<T>();
        weights.Pack(operation.weight.Span, operation.GateLength, operation.size, transposed: true);
        Blocks.Run(layout.Batch, operation.SequencesOfAThread, (first, end) => operation.Forward(weights, first, end));
        return operation.output.From(operation);
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (Autograd.IsRecording)
        {
            BackwardThrough(byOperations, gradient, sums);
            return;
        }

        MatrixKernels.Count((long)layout.Rows * GateLength * size);
        var byInput = Tensor<T>.Result([layout.Rows, GateLength]);
        var byHidden = TCell.SharesGradients ? byInput : Tensor<T>.Result([layout.Rows, GateLength]);
        Tensor<T>[] byStart = [.. start.Select(static state => Tensor<T>.Result([.. state.Shape]))];
        var before = Tensor<T>.Result([layout.Rows, size]);
        var weights = packed ??= new PackedMatrix<T>();
        weights.Pack(weight.Span, size, GateLength, transposed: false);
        Blocks.Run(layout.Batch, SequencesOfAThread, (first, end) => Backward(weights, first, end, gradient, byInput, byHidden, byStart, before));
        sums.Add(fromInput, byInput.Reshape(fromInput.Shape));
        for (var i = 0; i < start.Length; i++)
        {
            sums.Add(start[i], byStart[i]);
        }

        if (GradientSums<T>.Need(weight))
        {
            sums.Add(weight, byHidden.MatrixMultiply(before, transposeLeft: true));
        }

        if (bias is not null && GradientSums<T>.Need(bias))
        {
            sums.Add(bias, byHidden.Sum([0]));
        }
    }

    private static Span<T> Scratch(int length)
    {
        if (scratch is null || scratch.Length < length)
        {
            scratch = GC.AllocateUninitializedArray<T>(length);
        }

        return scratch.AsSpan(0, length);
    }

    private void Forward(PackedMatrix<T> weights, int first, int end)
    {
        var rows = end - first;
        var fromHidden = Scratch(rows * weights.Columns);
        ReadOnlySpan<T> x = fromInput.Span;
        ReadOnlySpan<T> b = bias is null ? default : bias.Span;
        var h = output.Span;
        var k = kept.Span;
        ReadOnlySpan<T> startHidden = start[0].Span;
        ReadOnlySpan<T> startCell = start[^1].Span;
        for (var order = 0; order < layout.Steps; order++)
        {
            if (order == 0)
            {
                weights.Multiply(start[0].Span[(first * size)..], size, rows, fromHidden);
            }
            else
            {
                weights.Multiply(h[(layout.Row(first, order - 1) * size)..], layout.BatchStep * size, rows, fromHidden);
            }

            for (var i = 0; i < rows; i++)
            {
                var row = layout.Row(first + i, order);
                TCell.Forward(
                    x.Slice(row * GateLength, GateLength), fromHidden.Slice(i * weights.Columns, GateLength), b, Hidden(startHidden, h, first + i, order), Cell(startCell, k, first + i, order), h.Slice(row * size, size), k.Slice(row * KeptLength, KeptLength));
            }
        }

        for (var sequence = first; givesCell && sequence < end; sequence++)
        {
            Cell(startCell, k, sequence, layout.Steps).CopyTo(h[((layout.Rows + sequence) * size)..]);
        }
    }

    /// <summary>The hidden state before a step.</summary>
    private ReadOnlySpan<T> Hidden(ReadOnlySpan<T> first, ReadOnlySpan<T> later, int sequence, int order) =>
        order == 0 ? first.Slice(sequence * size, size) : later.Slice(layout.Row(sequence, order - 1) * size, size);

    /// <summary>The cell state before a step.</summary>
    private ReadOnlySpan<T> Cell(ReadOnlySpan<T> first, ReadOnlySpan<T> later, int sequence, int order) => !TCell.HasCell ? default
        : order == 0 ? first.Slice(sequence * size, size)
        : later.Slice((layout.Row(sequence, order - 1) * KeptLength) + GateLength, size);

    private void Backward(PackedMatrix<T> weights, int first, int end, Tensor<T> gradient, Tensor<T> byInput, Tensor<T> byHidden, Tensor<T>[] byStart, Tensor<T> before)
    {
        var rows = end - first;
        var memory = Scratch(rows * (weights.Columns + size + size));
        var throughGates = memory[..(rows * weights.Columns)];
        var states = memory.Slice(rows * weights.Columns, rows * size);
        var cells = memory[(rows * (weights.Columns + size))..];
        ReadOnlySpan<T> g = gradient.Span;
        ReadOnlySpan<T> h = output.Span;
        ReadOnlySpan<T> k = kept.Span;
        ReadOnlySpan<T> startHidden = start[0].Span;
        ReadOnlySpan<T> startCell = start[^1].Span;
        var hiddenBefore = before.Span;
        var byInputGates = byInput.Span;
        var byHiddenGates = byHidden.Span;
        memory.Clear();
        if (givesCell)
        {
            g.Slice((layout.Rows + first) * size, rows * size).CopyTo(cells);
        }

        for (var order = layout.Steps - 1; order >= 0; order--)
        {
            for (var i = 0; i < rows; i++)
            {
                var row = layout.Row(first + i, order);
                var state = states.Slice(i * size, size);
                TensorPrimitives.Add(state, throughGates.Slice(i * weights.Columns, size), state);
                TensorPrimitives.Add(state, g.Slice(row * size, size), state);
                var hidden = Hidden(startHidden, h, first + i, order);
                hidden.CopyTo(hiddenBefore[(row * size)..]);
                TCell.Backward(
                    k.Slice(row * KeptLength, KeptLength), hidden, Cell(startCell, k, first + i, order), state, cells.Slice(i * size, size),
                    byInputGates.Slice(row * GateLength, GateLength), byHiddenGates.Slice(row * GateLength, GateLength));
            }

            weights.Multiply(byHiddenGates[(layout.Row(first, order) * GateLength)..], layout.BatchStep * GateLength, rows, throughGates);
        }

        for (var i = 0; i < rows; i++)
        {
            TensorPrimitives.Add(states.Slice(i * size, size), throughGates.Slice(i * weights.Columns, size), byStart[0].Span.Slice((first + i) * size, size));
            if (TCell.HasCell)
            {
                cells.Slice(i * size, size).CopyTo(byStart[1].Span[((first + i) * size)..]);
            }
        }
    }
}
