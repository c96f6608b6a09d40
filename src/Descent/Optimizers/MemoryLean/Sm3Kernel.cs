using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    private Sm3Accumulator Accumulator => new(options.Kept, 1 - options.Beta);

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

    protected override void Begin(int measure, Sm3Scratch<T> scratch, int block)
    {
        var (first, end) = scratch.Blocks.RowsOf(block);
        scratch.RowMost.AsSpan(first..end).Clear();
        scratch.ColumnMost.AsSpan(block * scratch.ColumnLeast.Length, scratch.ColumnLeast.Length).Clear();
    }

    protected override double Measure(int measure, BoundParameter<T> parameter, Sm3Scratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> work)
    {
        var (rule, width) = (Accumulator, piece.Width);
        var least = scratch.ColumnLeast.AsSpan(piece.Column, width);
        var most = scratch.ColumnMost.AsSpan((piece.Block * scratch.ColumnLeast.Length) + piece.Column, width);
        for (var row = 0; row < piece.Rows; row++)
        {
            ref var rowMost = ref scratch.RowMost[piece.Row + row];
            rowMost = T.Max(rowMost, Largest(in rule, g.Slice(row * width, width), least, scratch.RowLeast[piece.Row + row], most));
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
        var (rule, width) = (new Sm3Direction(Accumulator, options.Epsilon), piece.Width);
        for (var row = 0; row < piece.Rows; row++)
        {
            var part = g.Slice(row * width, width);
            FactoredLoop.Run(in rule, part, scratch.ColumnLeast.AsSpan(piece.Column, width), scratch.RowLeast[piece.Row + row], part, d.Slice(row * width, width));
        }

        if (!options.Momentum.IsZero)
        {
            Apply(new MeanDirection(options.Momentum.At(parameter.At.Update), 1), d, d, Slot(parameter, options.Axes, in piece, work, keep));
        }
    }

    /// <summary>The largest ν of a part of a row; most ← max(most, ν).</summary>
    private static T Largest(in Sm3Accumulator rule, ReadOnlySpan<T> g, ReadOnlySpan<T> least, T row, Span<T> most)
    {
        Span<T> largest = stackalloc T[Vector512<T>.Count];
        var done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Largest<Lane512<T>>(in rule, g, least, row, most, largest, ref done);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Largest<Lane256<T>>(in rule, g, least, row, most, largest, ref done);
        }

        Largest<Lane128<T>>(in rule, g, least, row, most, largest, ref done);
        if (done < g.Length)
        {
            Span<T> rest = stackalloc T[g.Length - done];
            FactoredLoop.Run(in rule, g[done..], least[done..], row, g, rest);
            TensorPrimitives.Max(most[done..], rest, most[done..]);
            TensorPrimitives.Max(largest[..rest.Length], rest, largest);
        }

        return TensorPrimitives.Max<T>(largest);
    }

    private static void Largest<V>(in Sm3Accumulator rule, ReadOnlySpan<T> g, ReadOnlySpan<T> least, T row, Span<T> most, Span<T> largest, ref int done)
        where V : struct, ILane<V>, IVectorLane<V, T>
    {
        ref var rowMost = ref MemoryMarshal.GetReference(largest);
        V rows = new Constant("row", double.CreateTruncating(row));
        var (width, i, count) = ((nuint)V.Count, (nuint)done, (nuint)g.Length);

        // Four at once: a maximum that respects NaN takes longer than all the rest.
        var (a, b, c, d) = (V.Load(ref rowMost, 0), V.Load(ref rowMost, 0), V.Load(ref rowMost, 0), V.Load(ref rowMost, 0));
        for (; i + (4 * width) <= count; i += 4 * width)
        {
            a = V.Max(a, Nu(in rule, g, least, rows, most, i));
            b = V.Max(b, Nu(in rule, g, least, rows, most, i + width));
            c = V.Max(c, Nu(in rule, g, least, rows, most, i + (2 * width)));
            d = V.Max(d, Nu(in rule, g, least, rows, most, i + (3 * width)));
        }

        for (; i + width <= count; i += width)
        {
            a = V.Max(a, Nu(in rule, g, least, rows, most, i));
        }

        V.Store(V.Max(V.Max(a, b), V.Max(c, d)), ref rowMost, 0);
        done = (int)i;
    }

    /// <summary>ν of neighbouring elements; most ← max(most, ν).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Nu<V>(in Sm3Accumulator rule, ReadOnlySpan<T> g, ReadOnlySpan<T> least, V row, Span<T> most, nuint i)
        where V : struct, IVectorLane<V, T>
    {
        ref var columnMost = ref MemoryMarshal.GetReference(most);
        var nu = rule.Next(V.Load(ref MemoryMarshal.GetReference(g), i), V.Load(ref MemoryMarshal.GetReference(least), i), row, default);
        V.Store(V.Max(V.Load(ref columnMost, i), nu), ref columnMost, i);
        return nu;
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
internal readonly struct Sm3Accumulator(double kept, double added) : IRowRule
{
    private readonly Constant kept = new("β", kept);
    private readonly Constant added = new("1 − β", added);

    public static bool HasState => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V column, V row, V state)
        where V : struct, ILane<V> => (kept * V.Min(column, row)) + (added * (g * g));
}

/// <summary>u = g/√(ν + ε).</summary>
internal readonly struct Sm3Direction(Sm3Accumulator accumulator, double epsilon) : IRowRule
{
    private readonly Constant epsilon = new("ε", epsilon);

    public static bool HasState => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V column, V row, V state)
        where V : struct, ILane<V> => g / V.Sqrt(accumulator.Next(g, column, row, state) + epsilon);
}
