using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

internal sealed class Sm3Binding(Sm3 options, StateSlot[] state) : FactoredBinding(state)
{
    private protected override IEnumerable<string> Lines()
    {
        var accumulators = Enumerable.Range(0, options.Axes).Select(axis => new StateSlot($"μ{axis}").Symbol).ToArray();
        var smallest = $"min({string.Join(", ", accumulators)})";
        return
        [
            options.Beta == 0 ? $"ν = {smallest} + g²" : $"ν = β·{smallest} + (1 − β)·g²",
            .. accumulators.Select((name, axis) => $"{name} ← max of ν over all axes but {axis}"),
            .. options.Momentum.IsZero ? new[] { "u = g/√(ν + ε)" } : ["U = g/√(ν + ε)", "m ← γ·m + (1 − γ)·U", "u = m"],
        ];
    }

    private protected override Kernel<T> CreateOwnKernel<T>(Method method)
    {
        var direction = new Sm3Direction(new(options.Kept, 1 - options.Beta), options.Epsilon);
        return options.Momentum.IsZero
            ? new Sm3Kernel<T, Sm3Direction>(direction.Accumulator, _ => direction, method, this)
            : new Sm3Kernel<T, WithMomentum<Sm3Direction>>(direction.Accumulator, at => Mean(options.Momentum.At(at.Update)), method, this);

        WithMomentum<Sm3Direction> Mean(double gamma) => new(direction, new Constant("γ", gamma), new Constant("1 − γ", 1 - gamma));
    }
}

/// <summary>The tensor as a matrix: some axes are its rows, the others its columns; the smallest old accumulators and the largest ν of both.</summary>
internal sealed class Sm3Scratch<T>(RowBlocks blocks, int rowAxes) : FactoredScratch(blocks)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int RowAxes { get; } = rowAxes;

    public T[] RowLeast { get; } = new T[blocks.Shape.AllRows];

    public T[] RowMost { get; } = new T[blocks.Shape.AllRows];

    public T[] ColumnLeast { get; } = new T[blocks.Shape.RowLength];

    /// <summary>For each block.</summary>
    public T[] ColumnMost { get; } = new T[blocks.Count * blocks.Shape.RowLength];
}

/// <summary>One pass reads, for the largest ν; then one moves.</summary>
internal sealed class Sm3Kernel<T, TRule>(Sm3Accumulator accumulator, Func<StepPoint, TRule> rule, Method method, RuleBinding binding)
    : FactoredKernel<T, Sm3Scratch<T>, TRule>(method, binding, measures: 1)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IRule
{
    public override bool PreparesEach => true;

    /// <summary>The smallest of an element's accumulators is the smaller one of its row's and its column's smallest.</summary>
    public override void Prepare(BoundParameter<T> parameter)
    {
        var scratch = ScratchOf(parameter);
        var shape = parameter.Typed.Shape;
        Spread(shape[..scratch.RowAxes], parameter.State.AsSpan(0, scratch.RowAxes), scratch.RowLeast);
        Spread(shape[scratch.RowAxes..], parameter.State.AsSpan(scratch.RowAxes, shape.Length - scratch.RowAxes), scratch.ColumnLeast);
    }

    protected override Sm3Scratch<T> NewScratch(BoundParameter<T> parameter)
    {
        // Between the axes where rows and columns together are fewest.
        var shape = parameter.Typed.Shape.ToArray();
        var cut = Enumerable.Range(1, shape.Length - 1).MinBy(axis => (long)FactoredShape.Product(shape.AsSpan(..axis)) + FactoredShape.Product(shape.AsSpan(axis..)));
        return new(new RowBlocks(FactoredShape.Cut(shape, cut), fewestRows: 64), cut);
    }

    protected override int MeasuredStreams(int measure) => 1;

    protected override double Measure(int measure, BoundParameter<T> parameter, Sm3Scratch<T> scratch, int block)
    {
        var most = scratch.ColumnMost.AsSpan(block * scratch.ColumnLeast.Length, scratch.ColumnLeast.Length);
        most.Clear();
        Span<T> nu = stackalloc T[Piece.Longest];
        var pieces = new PieceReader<T>(parameter, FactorsOf(scratch), block, stackalloc T[PieceReader<T>.Work]);
        while (pieces.Next())
        {
            var piece = pieces.Piece;
            if (scratch.Blocks.Shape.HasLongRows)
            {
                scratch.RowMost[piece.Row] = Largest(in accumulator, in pieces.Range, most);
                continue;
            }

            FactoredLoop.Write(in accumulator, pieces.Range, nu[..piece.Count], keep: false);
            for (var k = 0; k < piece.Rows; k++)
            {
                var row = nu.Slice(k * piece.Width, piece.Width);
                scratch.RowMost[piece.Row + k] = TensorPrimitives.Max<T>(row);
                TensorPrimitives.Max<T>(most[..row.Length], row, most);
            }
        }

        return 0;
    }

    protected override void EndMeasure(int measure, BoundParameter<T> parameter, Sm3Scratch<T> scratch, double sum)
    {
        var shape = parameter.Typed.Shape;
        var columns = scratch.ColumnMost.AsSpan(0, scratch.ColumnLeast.Length);
        for (var block = 1; block < scratch.Blocks.Count; block++)
        {
            TensorPrimitives.Max(columns, scratch.ColumnMost.AsSpan(block * columns.Length, columns.Length), columns);
        }

        Gather(shape[..scratch.RowAxes], scratch.RowMost, parameter.State.AsSpan(0, scratch.RowAxes));
        Gather(shape[scratch.RowAxes..], columns, parameter.State.AsSpan(scratch.RowAxes, shape.Length - scratch.RowAxes));
    }

    protected override TRule Rule(BoundParameter<T> parameter, Sm3Scratch<T> scratch) => rule(parameter.At);

    protected override Factors<T> FactorsOf(Sm3Scratch<T> scratch) => new(scratch.ColumnLeast, scratch.RowLeast, T.One);

    /// <summary>The largest ν of a long row; columnMost ← max(columnMost, ν).</summary>
    private static T Largest(in Sm3Accumulator rule, in FactoredRange<T> range, Span<T> columnMost)
    {
        Span<T> largest = stackalloc T[PieceReader<T>.Copies];
        var whole = columnMost.Length - (columnMost.Length % Lane512<T>.Count);
        FactoredLoop.Write(in rule, range.From((nuint)whole, (nuint)whole, 0), largest[..(columnMost.Length - whole)], keep: false);
        TensorPrimitives.Max<T>(columnMost[whole..], largest[..(columnMost.Length - whole)], columnMost[whole..]);
        ref var gradient = ref range.Gradient;
        ref var columns = ref range.Columns;
        ref var most = ref MemoryMarshal.GetReference(columnMost);
        Lane512<T> sigma = Lane512<T>.Number(range.Sigma), row = FactoredSums.RowOf(in range, 0), mean = FactoredSums.MeanOf(in range, 0);
        var rowMost = Lane512<T>.Load(ref largest[0], 0);
        for (nuint i = 0; i < (nuint)whole; i += (nuint)Lane512<T>.Count)
        {
            var nu = FactoredSums.Direction<T, Sm3Accumulator, Changed>(in rule, ref gradient, ref gradient, i, FactoredLoop.Stretch, Lane512<T>.Load(ref columns, i), row, mean, sigma, keep: false);
            Lane512<T>.Store(Lane512<T>.Max(Lane512<T>.Load(ref most, i), nu), ref most, i);
            rowMost = Lane512<T>.Max(rowMost, nu);
        }

        Lane512<T>.Store(rowMost, ref largest[0], 0);
        return TensorPrimitives.Max<T>(largest);
    }

    /// <summary>least ← the smallest of the accumulators of its axes, for each combination of indices.</summary>
    private static void Spread(ReadOnlySpan<int> sizes, ReadOnlySpan<ArraySegment<T>> accumulators, Span<T> least)
    {
        for (var (axis, inner) = (sizes.Length - 1, 1); axis >= 0; inner *= sizes[axis], axis--)
        {
            for (var i = 0; i < least.Length; i++)
            {
                var value = accumulators[axis][i / inner % sizes[axis]];
                least[i] = axis == sizes.Length - 1 ? value : T.Min(least[i], value);
            }
        }
    }

    /// <summary>accumulators ← the largest of their slices.</summary>
    private static void Gather(ReadOnlySpan<int> sizes, ReadOnlySpan<T> most, ReadOnlySpan<ArraySegment<T>> accumulators)
    {
        for (var (axis, inner) = (sizes.Length - 1, 1); axis >= 0; inner *= sizes[axis], axis--)
        {
            var largest = accumulators[axis].AsSpan();
            largest.Clear();
            for (var i = 0; i < most.Length; i++)
            {
                ref var value = ref largest[i / inner % sizes[axis]];
                value = T.Max(value, most[i]);
            }
        }
    }
}

/// <summary>ν = β·min(row, column) + (1 − β)·g².</summary>
internal readonly struct Sm3Accumulator(double kept, double added) : IRule
{
    private readonly Constant kept = new("β", kept);
    private readonly Constant added = new("1 − β", added);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V column, ref V row, ref V s2, ref V s3)
        where V : struct, ILane<V> => (kept * V.Min(column, row)) + (added * (g * g));
}

/// <summary>u = g/√(ν + ε).</summary>
internal readonly struct Sm3Direction(Sm3Accumulator accumulator, double epsilon) : IRule
{
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    public Sm3Accumulator Accumulator => accumulator;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V column, ref V row, ref V s2, ref V s3)
        where V : struct, ILane<V> => g / V.Sqrt(accumulator.Direction(g, theta, ref column, ref row, ref s2, ref s3) + epsilon);
}
