using System.Numerics;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>
/// A method whose state is smaller than the parameter: sums over rows and columns come from passes in blocks of whole rows; then a
/// rule, which finds the numbers of an element's column and row in its first slots, moves it. Wrappers and weight decay beside the
/// direction are handled here; a method says what it sums and what its direction is.
/// </summary>
internal abstract class FactoredKernel<T, TScratch, TRule>(Method method, RuleBinding binding, int measures) : Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TScratch : FactoredScratch
    where TRule : struct, IRule
{
    private readonly int centering = binding.CentralizedFrom is null ? 0 : 1;
    private readonly int masking = binding.Mask is null ? 0 : 1;

    public sealed override int Passes => centering + measures + masking;

    public sealed override void Bind(BoundParameter<T> parameter)
    {
        var scratch = NewScratch(parameter);
        scratch.FirstState = binding.State.Count(slot => slot.ShapeFor is not null);
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

    public sealed override int Written(int pass, int states) => MovesStateIn is { } measure
        ? pass == centering + measure ? states : 0
        : base.Written(pass, states);

    public sealed override void Pass(int pass, BoundParameter<T> parameter, in Segment segment)
    {
        var (scratch, measure) = (ScratchOf(parameter), pass - centering);
        if (measure < 0)
        {
            SumRows(parameter, scratch, segment.Leaf);
        }
        else
        {
            scratch.Sums[segment.Leaf] = measure < measures
                ? Measure(measure, parameter, scratch, segment.Leaf)
                : SumOfSquares(new Kept<TRule>(Rule(parameter, scratch)), parameter, FactorsOf(scratch), segment.Leaf);
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
        var rule = Rule(parameter, scratch);
        if (binding.Mask is { } scaling)
        {
            Move(new Masked<TRule>(rule, scaling.Factor(scratch.Kept, parameter.Typed.Length)), segment.Leaf);
        }
        else
        {
            Move(rule, segment.Leaf);
        }

        void Move<TFinal>(in TFinal final, int block)
            where TFinal : struct, IRule
        {
            Composed<TFinal> composed = default;
            composed.Compose(in final, method, PointOf(parameter, scratch), sigma: 1);
            var pieces = new PieceReader<T>(parameter, FactorsOf(scratch), block, stackalloc T[PieceReader<T>.Work]);
            while (pieces.Next())
            {
                if (MovesStateIn is not null && binding.Mask is null)
                {
                    // What moves along its state has no use for g, which must not be read for nothing.
                    pieces.Range.Gradient = ref pieces.Range.S2;
                }

                composed.Run(in pieces.Range, pieces.Piece.Count, keep: MovesStateIn is null);
            }
        }
    }

    protected static TScratch ScratchOf(BoundParameter<T> parameter) => (TScratch)parameter.Scratch!;

    /// <summary>The sum of the squares of what a rule makes of a block; it keeps nothing.</summary>
    protected static double SumOfSquares<TSummed>(in TSummed rule, BoundParameter<T> parameter, Factors<T> factors, int block)
        where TSummed : struct, IRule
    {
        var sum = 0.0;
        var pieces = new PieceReader<T>(parameter, factors, block, stackalloc T[PieceReader<T>.Work]);
        while (pieces.Next())
        {
            sum += FactoredSums.Of(in rule, in pieces.Range, pieces.Piece.Count);
        }

        return sum;
    }

    /// <summary>The measure that moves state per element, which is then there when directions are computed; null where the last pass does.</summary>
    protected virtual int? MovesStateIn => null;

    protected abstract TScratch NewScratch(BoundParameter<T> parameter);

    /// <summary>Whether a measuring pass has anything to read.</summary>
    protected virtual bool Measures(int measure) => true;

    /// <summary>How many arrays, as long as the parameter, a measuring pass reads.</summary>
    protected abstract int MeasuredStreams(int measure);

    /// <summary>Adds up what the pass needs of a block; the result is summed over the parameter.</summary>
    protected abstract double Measure(int measure, BoundParameter<T> parameter, TScratch scratch, int block);

    /// <summary>Moves the factors of the state, once for each parameter.</summary>
    protected abstract void EndMeasure(int measure, BoundParameter<T> parameter, TScratch scratch, double sum);

    /// <summary>What the direction is.</summary>
    protected abstract TRule Rule(BoundParameter<T> parameter, TScratch scratch);

    /// <summary>The numbers of rows and columns that the direction needs.</summary>
    protected abstract Factors<T> FactorsOf(TScratch scratch);

    /// <summary>The step with the learning rate that the method found.</summary>
    protected virtual StepPoint PointOf(BoundParameter<T> parameter, TScratch scratch) => parameter.At;

    private static void SumRows(BoundParameter<T> parameter, TScratch scratch, int block)
    {
        var ((first, end), length) = (scratch.Blocks.RowsOf(block), scratch.Blocks.Shape.RowLength);
        for (var row = first; row < end && scratch.RowGradients.Length > 0; row++)
        {
            scratch.RowGradients[row] = Sum.Of<T>(parameter.Typed.Gradient.Span.Slice(row * length, length));
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
