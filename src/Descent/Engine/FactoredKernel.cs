using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>
/// A method whose state is smaller than the parameter: sums over rows and columns come from passes that read, in blocks of whole
/// rows; then the directions are computed piece by piece in the cache, masked, and moved along. Wrappers and weight decay beside the
/// direction are handled here; a method says what it sums and what its direction is.
/// </summary>
internal abstract class FactoredKernel<T, TScratch>(Method method, RuleBinding binding, int measures) : Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TScratch : FactoredScratch
{
    private readonly int centering = binding.CentralizedFrom is null ? 0 : 1;
    private readonly int masking = binding.Mask is null ? 0 : 1;

    public sealed override int Passes => centering + measures + masking;

    public sealed override void Bind(BoundParameter<T> parameter)
    {
        var scratch = NewScratch(parameter);
        scratch.RowGradients = parameter.Typed.Shape.Length >= binding.CentralizedFrom ? new double[scratch.Blocks.Shape.AllRows] : [];
        parameter.Scratch = scratch;
    }

    public sealed override bool AddSegments(BoundParameter<T> parameter, List<Segment> segments)
    {
        var blocks = ScratchOf(parameter).Blocks;
        for (var block = 0; block < blocks.Count; block++)
        {
            var ((first, end), length) = (blocks.RowsOf(block), blocks.Shape.RowLength);
            segments.Add(new Segment(parameter, first * length, (end - first) * length, first, block));
        }

        return true;
    }

    public sealed override bool Reads(int pass) => pass < centering || pass >= centering + measures || Measures(pass - centering);

    /// <summary>Centralizing reads g; counting what the mask keeps, everything; measuring, what the method says.</summary>
    public sealed override int Streams(int pass) =>
        !Reads(pass) ? 0
        : pass < centering ? 1
        : pass < centering + measures ? MeasuredStreams(pass - centering)
        : 2 + binding.State.Count(slot => slot.ShapeFor is null);

    public sealed override void Pass(int pass, BoundParameter<T> parameter, in Segment segment)
    {
        var scratch = ScratchOf(parameter);
        Span<T> work = stackalloc T[5 * Piece.Longest];
        var measure = pass - centering;
        if (measure >= 0 && measure < measures)
        {
            Begin(measure, scratch, segment.Leaf);
        }

        var sum = 0.0;
        for (var piece = scratch.Blocks.FirstPiece(segment.Leaf); piece.Count > 0; piece = scratch.Blocks.Next(in piece))
        {
            Fetch(parameter.Typed.Gradient.Span, in piece);
            if (measure < 0)
            {
                SumRows(parameter, scratch, in piece);
                continue;
            }

            var g = Gradient(parameter, scratch, in piece, work);
            if (measure < measures)
            {
                sum += Measure(measure, parameter, scratch, in piece, g, work[Piece.Longest..]);
            }
            else
            {
                var d = work.Slice(Piece.Longest, piece.Count);
                Direct(parameter, scratch, in piece, g, d, work[(2 * Piece.Longest)..], keep: false);
                var count = 0.0;
                MeasureLoop.Run(
                    new Seen<MaskCount<GivenDirection>>(default, 1, 0, 0),
                    MovingRange(parameter, in piece, g, d),
                    piece.Count,
                    new Span<double>(ref count),
                    1);
                sum += count;
            }
        }

        scratch.Sums[segment.Leaf] = sum;
        if (measure >= 0 && measure < measures)
        {
            End(measure, parameter, scratch, segment.Leaf);
        }
    }

    public sealed override void EndPass(int pass, BoundParameter<T> parameter)
    {
        var scratch = ScratchOf(parameter);
        if (pass < centering)
        {
            AddUpRows(scratch);
            return;
        }

        var total = 0.0;
        foreach (var sum in scratch.Sums)
        {
            total += sum;
        }

        if (pass >= centering + measures)
        {
            scratch.Kept = total;
        }
        else if (scratch.Blocks.Count > 0)
        {
            EndMeasure(pass - centering, parameter, scratch, total);
        }
    }

    public sealed override void Run(BoundParameter<T> parameter, in Segment segment)
    {
        var scratch = ScratchOf(parameter);
        Span<T> work = stackalloc T[5 * Piece.Longest];
        Composed<GivenDirection> plain = default;
        Composed<Masked<GivenDirection>> masked = default;
        if (binding.Mask is { } scaling)
        {
            masked.Compose(new(default, scaling.Factor(scratch.Kept, parameter.Typed.Length)), method, PointOf(parameter, scratch), sigma: 1);
        }
        else
        {
            plain.Compose(default, method, PointOf(parameter, scratch), sigma: 1);
        }

        for (var piece = scratch.Blocks.FirstPiece(segment.Leaf); piece.Count > 0; piece = scratch.Blocks.Next(in piece))
        {
            Fetch(parameter.Typed.Gradient.Span, in piece);
            Fetch(parameter.Typed.Values.Span, in piece);
            foreach (var slot in parameter.State)
            {
                Fetch(slot, in piece);
            }

            var g = Gradient(parameter, scratch, in piece, work);
            var d = work.Slice(Piece.Longest, piece.Count);
            Direct(parameter, scratch, in piece, g, d, work[(2 * Piece.Longest)..], keep: true);
            var range = MovingRange(parameter, in piece, g, d);
            if (binding.Mask is null)
            {
                plain.Run(in range, piece.Count);
            }
            else
            {
                masked.Run(in range, piece.Count);
            }
        }
    }

    protected static TScratch ScratchOf(BoundParameter<T> parameter) => (TScratch)parameter.Scratch!;

    protected abstract TScratch NewScratch(BoundParameter<T> parameter);

    /// <summary>Whether a measuring pass has anything to read.</summary>
    protected virtual bool Measures(int measure) => true;

    /// <summary>How many arrays, as long as the parameter, a measuring pass reads.</summary>
    protected abstract int MeasuredStreams(int measure);

    /// <summary>Clears what the pass adds up over a block.</summary>
    protected virtual void Begin(int measure, TScratch scratch, int block)
    {
    }

    /// <summary>Moves what no other block has to do with.</summary>
    protected virtual void End(int measure, BoundParameter<T> parameter, TScratch scratch, int block)
    {
    }

    /// <summary>Adds up what the pass needs of a piece; the result is summed over the parameter. <paramref name="work"/> holds four pieces.</summary>
    protected abstract double Measure(int measure, BoundParameter<T> parameter, TScratch scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> work);

    /// <summary>Moves the factors of the state, once for each parameter.</summary>
    protected abstract void EndMeasure(int measure, BoundParameter<T> parameter, TScratch scratch, double sum);

    /// <summary>The direction of a piece. State per element is written only where it is to be kept. <paramref name="work"/> holds three pieces.</summary>
    protected abstract void Direct(BoundParameter<T> parameter, TScratch scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> d, Span<T> work, bool keep);

    /// <summary>The step with the learning rate that the method found.</summary>
    protected virtual StepPoint PointOf(BoundParameter<T> parameter, TScratch scratch) => parameter.At;

    /// <summary>State per element as a rule may write it: the state itself, or a copy in the cache.</summary>
    protected static Span<T> Slot(BoundParameter<T> parameter, int slot, in Piece piece, Span<T> copy, bool keep)
    {
        var state = parameter.State[slot].AsSpan(piece.Range);
        if (keep)
        {
            return state;
        }

        state.CopyTo(copy);
        return copy[..piece.Count];
    }

    /// <summary>result ← what the rule makes of <paramref name="g"/> and <paramref name="result"/>, with one slot.</summary>
    protected static void Apply<TRule>(in TRule rule, ReadOnlySpan<T> g, Span<T> result, Span<T> slot)
        where TRule : struct, IUpdate
    {
        ref var first = ref MemoryMarshal.GetReference(result);
        ref var state = ref MemoryMarshal.GetReference(slot);
        ElementLoop.Run(in rule, new ElementRange<T>(ref first, ref MemoryMarshal.GetReference(g), ref state, ref first, ref first, ref first), g.Length);
    }

    private static ElementRange<T> MovingRange(BoundParameter<T> parameter, in Piece piece, ReadOnlySpan<T> g, Span<T> d)
    {
        var range = parameter.Range(piece.Start, piece.Count, 0);
        return new ElementRange<T>(ref range.Theta, ref MemoryMarshal.GetReference(g), ref MemoryMarshal.GetReference(d), ref range.Theta, ref range.Theta, ref range.Theta);
    }

    /// <summary>Asks for what comes after a piece in an array as long as the parameter: loops over pieces are too short for processors to foresee it.</summary>
    protected static unsafe void Fetch(ReadOnlySpan<T> values, in Piece piece)
    {
        const int Ahead = 4 * Piece.Longest;
        if (Sse.IsSupported && piece.Start + piece.Count + Ahead <= values.Length)
        {
            ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(values), piece.Start + Ahead);
            for (var i = 0; i < piece.Count; i += 64 / sizeof(T))
            {
                Sse.Prefetch1(Unsafe.AsPointer(ref Unsafe.Add(ref first, i)));
            }
        }
    }

    /// <summary>The gradient as the method sees it: scaled, and centralized.</summary>
    private static ReadOnlySpan<T> Gradient(BoundParameter<T> parameter, TScratch scratch, in Piece piece, Span<T> work)
    {
        ReadOnlySpan<T> given = parameter.Typed.Gradient.Span[piece.Range];
        if (parameter.Sigma == 1 && scratch.RowGradients.Length == 0)
        {
            return given;
        }

        var g = work[..piece.Count];
        TensorPrimitives.Multiply(given, T.CreateTruncating(parameter.Sigma), g);
        if (scratch.RowGradients.Length > 0)
        {
            var shape = scratch.Blocks.Shape;
            var elements = (long)(shape.AllRows / shape.FirstAxis) * shape.RowLength;
            for (var row = 0; row < piece.Rows; row++)
            {
                var part = g.Slice(row * piece.Width, piece.Width);
                TensorPrimitives.Subtract(part, T.CreateTruncating(scratch.RowGradients[piece.Row + row] * parameter.Sigma / elements), part);
            }
        }

        return g;
    }

    private static void SumRows(BoundParameter<T> parameter, TScratch scratch, in Piece piece)
    {
        if (scratch.RowGradients.Length == 0)
        {
            return;
        }

        var g = parameter.Typed.Gradient.Span[piece.Range];
        for (var row = 0; row < piece.Rows; row++)
        {
            ref var sum = ref scratch.RowGradients[piece.Row + row];
            sum = (piece.Column == 0 ? 0 : sum) + Sum.Of(g.Slice(row * piece.Width, piece.Width));
        }
    }

    /// <summary>Rows with the same first index have one mean.</summary>
    private static void AddUpRows(TScratch scratch)
    {
        var together = scratch.RowGradients.Length == 0 ? 1 : scratch.Blocks.Shape.AllRows / scratch.Blocks.Shape.FirstAxis;
        for (var first = 0; first < scratch.RowGradients.Length; first += together)
        {
            var rows = scratch.RowGradients.AsSpan(first, together);
            var sum = 0.0;
            foreach (var value in rows)
            {
                sum += value;
            }

            rows.Fill(sum);
        }
    }
}
