using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Nn;

/// <summary>y = the largest element of every window of the last two axes: ∂x is zeros with g added where the largest were.</summary>
/// <param name="input">x.</param>
/// <param name="name">What a message calls the operation.</param>
/// <param name="places">Where in x each element of y was.</param>
internal sealed class MaxPoolOperation<T>(Tensor<T> input, string name, Storage<int> places) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    public static Tensor<T> Apply(Tensor<T> input, string name, Window[] rows, Window[] columns, int height, int width, int[] shape)
    {
        var result = Tensor<T>.Result(shape);
        var places = TensorScope.Rent<int>(result.Length);
        var (plane, windows) = (height * width, rows.Length * columns.Length);
        var isByTwo = typeof(T) == typeof(float) && IsByTwo(rows) && IsByTwo(columns);
        Blocks.RunRows(windows == 0 ? 0 : result.Length / windows, plane, (start, end) =>
        {
            var x = input.Span;
            var y = result.Span[(start * windows)..(end * windows)];
            var map = places.Memory.Span[(start * windows)..(end * windows)];
            for (var i = start; i < end; i++)
            {
                var at = (i - start) * windows;
                foreach (var row in rows)
                {
                    var first = (i * plane) + (row.Start * width);
                    if (isByTwo)
                    {
                        LineByTwo(
                            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(x)), x.Length), first, width,
                            MemoryMarshal.CreateSpan(ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(y)), y.Length), map, at, columns.Length);
                    }
                    else
                    {
                        Line(x, first, width, row, columns, y[at..], map[at..]);
                    }

                    at += columns.Length;
                }
            }
        });
        return result.From(new MaxPoolOperation<T>(input, name, places));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        var shape = input.Shape.ToArray();
        if (Autograd.IsRecording)
        {
            sums.Add(input, PutOperation<T>.Apply(gradient, places.Memory.ToArray(), 1, shape, name));
            return;
        }

        // Windows of an image lie in it: images, or where there is one axis before the last two or none, all at once.
        var result = Tensor<T>.Result(shape);
        var count = gradient.Rank > 2 ? Shapes.Count(gradient.Shape[..^2]) : 1;
        var (length, windows) = (input.Length / Math.Max(1, count), gradient.Length / Math.Max(1, count));
        Blocks.RunRows(count, length, (start, end) =>
        {
            var target = result.Span;
            target[(start * length)..(end * length)].Clear();
            var g = gradient.Span[(start * windows)..(end * windows)];
            var map = places.Memory.Span[(start * windows)..(end * windows)];
            for (var i = 0; i < g.Length; i++)
            {
                target[map[i]] += g[i];
            }
        });
        sums.Add(input, result);
    }

    /// <summary>Whether windows are two elements each, side by side.</summary>
    private static bool IsByTwo(Window[] windows) => windows.All(static window => window is { Step: 1 } && window.Stop - window.Start == 2)
        && windows.Index().All(static item => item.Item.Start == 2 * item.Index);

    private static void Line(ReadOnlySpan<T> x, int first, int width, Window row, Window[] columns, Span<T> y, Span<int> map)
    {
        for (var at = 0; at < columns.Length; at++)
        {
            var column = columns[at];
            var best = first + column.Start;
            for (var (i, line) = (row.Start, first); i < row.Stop; i += row.Step, line += row.Step * width)
            {
                for (var place = line + column.Start; place < line + column.Stop; place += column.Step)
                {
                    best = x[place] > x[best] || T.IsNaN(x[place]) ? place : best;
                }
            }

            (y[at], map[at]) = (x[best], best);
        }
    }

    /// <summary>A line of windows of 2 × 2. What a vector writes beyond the line, the next lines write again.</summary>
    private static void LineByTwo(ReadOnlySpan<float> x, int first, int width, Span<float> y, Span<int> map, int at, int count)
    {
        const int Lanes = 8;
        var order = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
        var steps = Vector256.Create(0, 2, 4, 6, 8, 10, 12, 14);
        ref var source = ref MemoryMarshal.GetReference(x);
        var j = 0;
        for (; j < count && at + j + Lanes <= y.Length && first + width + (2 * (j + Lanes)) <= x.Length; j += Lanes)
        {
            var place = first + (2 * j);
            var (upper, lower) = (Vector512.Shuffle(Vector512.LoadUnsafe(ref source, (nuint)place), order), Vector512.Shuffle(Vector512.LoadUnsafe(ref source, (nuint)(place + width)), order));
            var (best, at0) = (upper.GetLower(), Vector256.Create(place) + steps);
            (best, var places) = Larger(best, at0, upper.GetUpper(), at0 + Vector256.Create(1));
            (best, places) = Larger(best, places, lower.GetLower(), at0 + Vector256.Create(width));
            (best, places) = Larger(best, places, lower.GetUpper(), at0 + Vector256.Create(width + 1));
            best.StoreUnsafe(ref y[at + j]);
            places.StoreUnsafe(ref map[at + j]);
        }

        for (; j < count; j++)
        {
            var best = first + (2 * j);
            foreach (var place in (ReadOnlySpan<int>)[best + 1, best + width, best + width + 1])
            {
                best = x[place] > x[best] || float.IsNaN(x[place]) ? place : best;
            }

            (y[at + j], map[at + j]) = (x[best], best);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Best, Vector256<int> Places) Larger(Vector256<float> best, Vector256<int> places, Vector256<float> other, Vector256<int> otherPlaces)
    {
        var isLarger = Vector256.GreaterThan(other, best) | ~Vector256.Equals(other, other);
        return (Vector256.ConditionalSelect(isLarger, other, best), Vector256.ConditionalSelect(isLarger.AsInt32(), otherPlaces, places));
    }
}
