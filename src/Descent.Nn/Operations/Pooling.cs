using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

/// <summary>Which elements of one axis a window has: from Start to before Stop, every Step-th.</summary>
internal readonly record struct Window(int Start, int Stop, int Step, int Divisor);

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest element of every window over the last two axes; padding never wins, and of equal elements the first gets the gradient.</summary>
    /// <param name="kernel">The window's height and width, each at least 1.</param>
    /// <param name="stride">Steps from one window to the next; the kernel's size when null.</param>
    /// <param name="padding">How far windows reach beyond the edge, at most half a kernel.</param>
    /// <param name="dilation">Steps from one element of a window to the next.</param>
    /// <param name="ceilMode">Whether a last window that is not full counts.</param>
    /// <exception cref="DescentException">There are fewer than two axes, or an option is out of range.</exception>
    public Tensor<T> MaxPool2d((int Height, int Width) kernel, (int Height, int Width)? stride = null, (int Height, int Width)? padding = null, (int Height, int Width)? dilation = null, bool ceilMode = false)
    {
        var (step, pad, spread) = (stride ?? kernel, padding ?? (0, 0), dilation ?? (1, 1));
        return MaxOfWindows(
            "MaxPool2d",
            Windows("MaxPool2d", -2, kernel.Height, step.Height, pad.Height, spread.Height, ceilMode, false),
            Windows("MaxPool2d", -1, kernel.Width, step.Width, pad.Width, spread.Width, ceilMode, false));
    }

    /// <summary>The largest element of every window over the last axis. See <see cref="MaxPool2d"/>.</summary>
    /// <param name="kernel">Elements of a window, at least 1.</param>
    /// <param name="stride">Steps from one window to the next; the kernel when null.</param>
    /// <param name="padding">How far windows reach beyond the ends, at most half a kernel.</param>
    /// <param name="dilation">Steps from one element of a window to the next, at least 1.</param>
    /// <param name="ceilMode">Whether a last window that is not full counts.</param>
    /// <exception cref="DescentException">The tensor is a scalar, or an option is out of range.</exception>
    public Tensor<T> MaxPool1d(int kernel, int? stride = null, int padding = 0, int dilation = 1, bool ceilMode = false) => MaxOfWindows(
        "MaxPool1d", [new Window(0, 1, 1, 1)], Windows("MaxPool1d", -1, kernel, stride ?? kernel, padding, dilation, ceilMode, false));

    /// <summary>The mean of every window over the last two axes.</summary>
    /// <param name="kernel">The window's height and width, each at least 1.</param>
    /// <param name="stride">Steps from one window to the next; the kernel's size when null.</param>
    /// <param name="padding">How far windows reach beyond the edge, at most half a kernel.</param>
    /// <param name="ceilMode">Whether a last window that is not full counts.</param>
    /// <param name="countPadding">Whether the zeros of the padding count in the mean; what lies beyond them never does.</param>
    /// <exception cref="DescentException">There are fewer than two axes, or an option is out of range.</exception>
    public Tensor<T> AvgPool2d((int Height, int Width) kernel, (int Height, int Width)? stride = null, (int Height, int Width)? padding = null, bool ceilMode = false, bool countPadding = true)
    {
        var (step, pad) = (stride ?? kernel, padding ?? (0, 0));
        return WindowMeanOperation<T>.Apply(this, Rank - 2, Windows("AvgPool2d", -2, kernel.Height, step.Height, pad.Height, 1, ceilMode, countPadding))
            .MeanOfWindows(Windows("AvgPool2d", -1, kernel.Width, step.Width, pad.Width, 1, ceilMode, countPadding));
    }

    /// <summary>The mean of every window over the last axis. See <see cref="AvgPool2d"/>.</summary>
    /// <param name="kernel">Elements of a window, at least 1.</param>
    /// <param name="stride">Steps from one window to the next; the kernel when null.</param>
    /// <param name="padding">How far windows reach beyond the ends, at most half a kernel.</param>
    /// <param name="ceilMode">Whether a last window that is not full counts.</param>
    /// <param name="countPadding">Whether the zeros of the padding count in the mean.</param>
    /// <exception cref="DescentException">The tensor is a scalar, or an option is out of range.</exception>
    public Tensor<T> AvgPool1d(int kernel, int? stride = null, int padding = 0, bool ceilMode = false, bool countPadding = true) =>
        MeanOfWindows(Windows("AvgPool1d", -1, kernel, stride ?? kernel, padding, 1, ceilMode, countPadding));

    /// <summary>Means of as many windows as asked for: window i has the elements from ⌊i·size/count⌋ to before ⌈(i + 1)·size/count⌉.</summary>
    /// <exception cref="DescentException">There are fewer than two axes, or a size is below 1.</exception>
    public Tensor<T> AdaptiveAvgPool2d((int Height, int Width) outputSize) =>
        WindowMeanOperation<T>.Apply(this, Rank - 2, Adaptive("AdaptiveAvgPool2d", -2, outputSize.Height)).MeanOfWindows(Adaptive("AdaptiveAvgPool2d", -1, outputSize.Width));

    /// <summary>Means of as many windows over the last axis as asked for. See <see cref="AdaptiveAvgPool2d"/>.</summary>
    /// <exception cref="DescentException">The tensor is a scalar, or the size is below 1.</exception>
    public Tensor<T> AdaptiveAvgPool1d(int outputSize) => MeanOfWindows(Adaptive("AdaptiveAvgPool1d", -1, outputSize));

    /// <summary>The largest elements of as many windows as asked for. See <see cref="AdaptiveAvgPool2d"/>.</summary>
    /// <exception cref="DescentException">There are fewer than two axes, or a size is below 1.</exception>
    public Tensor<T> AdaptiveMaxPool2d((int Height, int Width) outputSize) =>
        MaxOfWindows("AdaptiveMaxPool2d", Adaptive("AdaptiveMaxPool2d", -2, outputSize.Height), Adaptive("AdaptiveMaxPool2d", -1, outputSize.Width));

    private Tensor<T> MeanOfWindows(Window[] windows) => WindowMeanOperation<T>.Apply(this, Rank - 1, windows);

    private Tensor<T> MaxOfWindows(string name, Window[] rows, Window[] columns)
    {
        int[] result = name.EndsWith("1d", StringComparison.Ordinal) ? [.. shape[..^1], columns.Length] : [.. shape[..^2], rows.Length, columns.Length];
        var height = name.EndsWith("1d", StringComparison.Ordinal) ? 1 : shape[^2];
        var width = shape[^1];
        return MaxPoolOperation<T>.Apply(this, name, rows, columns, height, width, result);
    }

    private Window[] Windows(string operation, int axis, int kernel, int stride, int padding, int dilation, bool ceilMode, bool countPadding)
    {
        var size = shape[Shapes.Axis(operation, axis, Rank)];
        var extent = (dilation * (kernel - 1)) + 1;
        if (kernel < 1 || stride < 1 || dilation < 1 || padding < 0 || 2 * padding > kernel || size + (2 * padding) < extent)
        {
            throw new DescentException(
                $"{operation} needs a kernel that fits, a stride and a dilation of at least 1 and a padding of at most half a kernel, but along axis {axis} of shape {Shapes.Describe(shape)} they were {kernel}, {stride}, {dilation} and {padding}.");
        }

        var rest = size + (2 * padding) - extent;
        var count = ((rest + (ceilMode ? stride - 1 : 0)) / stride) + 1;

        // A window that would start beyond the image and its padding in front has nothing to see.
        count -= ceilMode && (count - 1) * stride >= size + padding ? 1 : 0;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (start, stop) = ((i * stride) - padding, Math.Min((i * stride) - padding + extent, size + padding));
            var first = start >= 0 ? start : start + ((-start + dilation - 1) / dilation * dilation);
            var last = Math.Min(stop, size);
            return new Window(first, last, dilation, countPadding ? stop - start : last - first);
        })];
    }

    private Window[] Adaptive(string operation, int axis, int count)
    {
        var size = shape[Shapes.Axis(operation, axis, Rank)];
        return count < 1 || size < 1
            ? throw new DescentException($"{operation} makes at least 1 of at least 1 element, but was asked for {count} along axis {axis} of shape {Shapes.Describe(shape)}.")
            : [.. Enumerable.Range(0, count).Select(i =>
            {
                var (start, stop) = ((int)((long)i * size / count), (int)((((i + 1L) * size) + count - 1) / count));
                return new Window(start, stop, 1, stop - start);
            })];
    }
}

/// <summary>yᵢ = Σ x over window i of an axis, divided by a number of its own: ∂x = g/divisor added to what each window has.</summary>
internal sealed class WindowMeanOperation<T>(Tensor<T> input, int axis, Window[] windows) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Tensor<T> Apply(Tensor<T> input, int axis, Window[] windows)
    {
        var result = Tensor<T>.Result(Shapes.With(input.Shape, axis, windows.Length));
        result.Span.Clear();
        Walk(input.Shape, axis, windows, input.Span, result.Span, toWindows: true);
        return result.From(new WindowMeanOperation<T>(input, axis, windows));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, WindowSpreadOperation<T>.Apply(gradient, axis, windows, input.Shape[axis]));

    /// <summary>Adds every element to its windows, or every window to its elements, times 1/divisor.</summary>
    public static void Walk(ReadOnlySpan<int> elements, int axis, Window[] windows, ReadOnlySpan<T> source, Span<T> target, bool toWindows)
    {
        var (outer, size, inner) = Shapes.Around(elements, axis);
        for (var slice = 0; slice < outer; slice++)
        {
            for (var i = 0; i < windows.Length; i++)
            {
                var factor = T.One / T.CreateChecked(windows[i].Divisor);
                var window = ((slice * windows.Length) + i) * inner;
                for (var j = windows[i].Start; j < windows[i].Stop; j++)
                {
                    var element = ((slice * size) + j) * inner;
                    var (from, to) = toWindows ? (element, window) : (window, element);
                    if (inner == 1)
                    {
                        target[to] += source[from] * factor;
                    }
                    else
                    {
                        var sum = target.Slice(to, inner);
                        TensorPrimitives.MultiplyAdd(source.Slice(from, inner), factor, sum, sum);
                    }
                }
            }
        }
    }
}

/// <summary>The transpose of the means of windows: ∂x = those means of g.</summary>
internal sealed class WindowSpreadOperation<T>(Tensor<T> input, int axis, Window[] windows) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Tensor<T> Apply(Tensor<T> input, int axis, Window[] windows, int size)
    {
        var result = Tensor<T>.Result(Shapes.With(input.Shape, axis, size));
        result.Span.Clear();
        WindowMeanOperation<T>.Walk(result.Shape, axis, windows, input.Span, result.Span, toWindows: false);
        return result.From(new WindowSpreadOperation<T>(input, axis, windows));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, WindowMeanOperation<T>.Apply(gradient, axis, windows));
}
