using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
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

    private protected override Kernel<T> CreateOwnKernel<T>(Method method) => new Sm3Kernel<T>(options, method, this);
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
internal sealed class Sm3Kernel<T>(Sm3 options, Method method, RuleBinding binding) : FactoredKernel<T, Sm3Scratch<T>>(method, binding, measures: 1)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
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

    protected override void Begin(int measure, Sm3Scratch<T> scratch, int block)
    {
        var (first, end) = scratch.Blocks.RowsOf(block);
        scratch.RowMost.AsSpan(first..end).Clear();
        scratch.ColumnMost.AsSpan(block * scratch.ColumnLeast.Length, scratch.ColumnLeast.Length).Clear();
    }

    protected override double Measure(int measure, BoundParameter<T> parameter, Sm3Scratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> work)
    {
        var nu = work[..piece.Count];
        Accumulate(scratch, in piece, g, nu);
        var width = piece.Width;
        var columns = scratch.ColumnMost.AsSpan((piece.Block * scratch.ColumnLeast.Length) + piece.Column, width);
        for (var row = 0; row < piece.Rows; row++)
        {
            var part = nu.Slice(row * width, width);
            TensorPrimitives.Max(columns, part, columns);
            ref var most = ref scratch.RowMost[piece.Row + row];
            most = T.Max(most, TensorPrimitives.Max<T>(part));
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

    protected override void Direct(BoundParameter<T> parameter, Sm3Scratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> d, Span<T> work, bool keep)
    {
        Accumulate(scratch, in piece, g, d);
        TensorPrimitives.Add(d, T.CreateTruncating(options.Epsilon), d);
        TensorPrimitives.Sqrt(d, d);
        TensorPrimitives.Divide(g, d, d);
        if (!options.Momentum.IsZero)
        {
            Apply(new MeanDirection(options.Momentum.At(parameter.At.Update), 1), d, d, Slot(parameter, options.Axes, in piece, work, keep));
        }
    }

    /// <summary>ν = β·min(row, column) + (1 − β)·g².</summary>
    private void Accumulate(Sm3Scratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> nu)
    {
        var width = piece.Width;
        for (var row = 0; row < piece.Rows; row++)
        {
            TensorPrimitives.Min(scratch.ColumnLeast.AsSpan(piece.Column, width), scratch.RowLeast[piece.Row + row], nu.Slice(row * width, width));
        }

        Apply(new Sm3Accumulator(options.Kept, 1 - options.Beta), g, nu, nu);
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

/// <summary>ν = β·μ + (1 − β)·g², with the smallest μ in the place of the result.</summary>
internal readonly struct Sm3Accumulator(double kept, double added) : IUpdate
{
    private readonly Constant kept = new("β", kept);
    private readonly Constant added = new("1 − β", added);

    public static int Slots => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V mu, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> => (kept * mu) + (added * (g * g));
}
