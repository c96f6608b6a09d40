using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.LinearAlgebra;

namespace Descent.Nn;

/// <summary>Convolutions with stride 1 of one group of one image, on one thread; see <see cref="ConvolutionTiles"/>.</summary>
/// <param name="loop">The sizes.</param>
internal sealed unsafe class DirectConvolution<T>(ConvolutionLoop loop)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = ConvolutionTiles.Rows;

    /// <summary>Between rows of sums, so that they do not all fall on the same sets of the cache.</summary>
    private const int Gap = 16;

    private readonly int width = loop.Image.Width + (2 * loop.Geometry.Padding.Width);
    private readonly int plane = (loop.Image.Width + (2 * loop.Geometry.Padding.Width)) * (loop.Image.Height + (2 * loop.Geometry.Padding.Height));
    private readonly nint[] offsets = Offsets(loop);

    /// <summary>The numbers of an image with its padding, and behind it what the last tile reads beyond.</summary>
    public int PaddedLength => (loop.Image.Channels * plane) + (2 * Vector512<T>.Count);

    /// <summary>The numbers of a group's kernels packed for <c>Correlate</c>.</summary>
    public int PackedLength => Whole(loop.Outputs) * loop.Columns;

    /// <summary>The numbers that <c>Correlate</c> needs for itself.</summary>
    public int SumsLength => Rows * Pitch;

    /// <summary>The numbers of a group's gradient of the kernels as <c>AddWeights</c> sums it: for each element of the kernels the outputs side by side.</summary>
    public int WeightSumsLength => Panels * PanelWidth * Whole(loop.Columns);

    /// <summary>The numbers that <c>AddWeights</c> needs for itself.</summary>
    public int PanelsLength => Panels * PanelWidth * loop.Positions;

    private int Places => ((loop.Output.Height - 1) * width) + loop.Output.Width;

    private int Pitch => ((Places + (2 * Vector512<T>.Count) - 1) / (2 * Vector512<T>.Count) * (2 * Vector512<T>.Count)) + Gap;

    private int PanelWidth => 2 * Lanes;

    private int Panels => (loop.Outputs + PanelWidth - 1) / PanelWidth;

    /// <summary>The widest register of the machine that the outputs fill at least half.</summary>
    private int Lanes => Vector512.IsHardwareAccelerated && loop.Outputs > 2 * Vector256<T>.Count ? Vector512<T>.Count
        : Vector256.IsHardwareAccelerated && loop.Outputs > 2 * Vector128<T>.Count ? Vector256<T>.Count
        : Vector128<T>.Count;

    /// <summary>Packs a group's kernels.</summary>
    /// <param name="kernels">[outputs, channels, height, width]; or, mirrored, those of the convolution whose gradient by the input this is: [channels, outputs, …], each turned by half a turn.</param>
    /// <param name="mirrored">Whether they are.</param>
    /// <param name="packed">Room for <see cref="PackedLength"/> numbers.</param>
    public void Pack(ReadOnlySpan<T> kernels, bool mirrored, Span<T> packed)
    {
        var (inner, size) = (loop.Columns, loop.Kernel.Height * loop.Kernel.Width);
        packed[..PackedLength].Clear();
        for (var row = 0; row < loop.Outputs; row++)
        {
            var target = packed.Slice(row / Rows * Rows * inner);
            for (var channel = 0; channel < loop.Image.Channels; channel++)
            {
                var source = kernels.Slice((mirrored ? (channel * loop.Outputs) + row : (row * loop.Image.Channels) + channel) * size, size);
                for (var i = 0; i < size; i++)
                {
                    target[(((channel * size) + i) * Rows) + (row % Rows)] = source[mirrored ? size - 1 - i : i];
                }
            }
        }
    }

    /// <summary>Copies an image between its padding.</summary>
    /// <param name="image">[channels, height, width].</param>
    /// <param name="padded">Room for <see cref="PaddedLength"/> numbers, zeros where the padding is.</param>
    public void Pad(ReadOnlySpan<T> image, Span<T> padded)
    {
        fixed (T* source = image, target = padded)
        {
            var from = source;
            for (var channel = 0; channel < loop.Image.Channels; channel++)
            {
                var to = target + (channel * plane) + (loop.Geometry.Padding.Height * width) + loop.Geometry.Padding.Width;
                for (var y = 0; y < loop.Image.Height; y++, from += loop.Image.Width, to += width)
                {
                    CopyLine(from, to, loop.Image.Width, T.Zero);
                }
            }
        }
    }

    /// <summary>The output of a padded image.</summary>
    /// <param name="padded">From <see cref="Pad"/>.</param>
    /// <param name="packed">From <see cref="Pack"/>.</param>
    /// <param name="bias">A number for each output, or none.</param>
    /// <param name="output">[outputs, height, width].</param>
    /// <param name="sums">Room for <see cref="SumsLength"/> numbers.</param>
    public void Correlate(ReadOnlySpan<T> padded, ReadOnlySpan<T> packed, ReadOnlySpan<T> bias, Span<T> output, Span<T> sums)
    {
        fixed (T* image = padded, weights = packed, target = output, scratch = sums)
        {
            for (var row = 0; row < loop.Outputs; row += Rows)
            {
                if (Vector512.IsHardwareAccelerated)
                {
                    Correlate<Vector512<T>, Lanes512<T>>(image, weights + ((nint)row * loop.Columns), scratch);
                }
                else if (Vector256.IsHardwareAccelerated)
                {
                    Correlate<Vector256<T>, Lanes256<T>>(image, weights + ((nint)row * loop.Columns), scratch);
                }
                else
                {
                    Correlate<Vector128<T>, Lanes128<T>>(image, weights + ((nint)row * loop.Columns), scratch);
                }

                for (var i = 0; i < Math.Min(Rows, loop.Outputs - row); i++)
                {
                    var from = scratch + (i * Pitch);
                    var to = target + ((nint)(row + i) * loop.Positions);
                    var addend = bias.IsEmpty ? T.Zero : bias[row + i];
                    for (var y = 0; y < loop.Output.Height; y++, from += width, to += loop.Output.Width)
                    {
                        CopyLine(from, to, loop.Output.Width, addend);
                    }
                }
            }
        }
    }

    /// <summary>Adds the gradient of the kernels that a padded image has with the gradient of its output.</summary>
    /// <param name="padded">From <see cref="Pad"/>.</param>
    /// <param name="output">[outputs, height, width].</param>
    /// <param name="sums">Room for <see cref="WeightSumsLength"/> numbers, which are added to.</param>
    /// <param name="panels">Room for <see cref="PanelsLength"/> numbers.</param>
    public void AddWeights(ReadOnlySpan<T> padded, ReadOnlySpan<T> output, Span<T> sums, Span<T> panels)
    {
        fixed (T* image = padded, gradient = output, target = sums, scratch = panels)
        {
            for (var panel = 0; panel < Panels; panel++)
            {
                var first = panel * PanelWidth;
                var right = scratch + ((nint)first * loop.Positions);
                Packing.Panel(gradient + ((nint)first * loop.Positions), loop.Positions, 1, right, PanelWidth, Math.Min(PanelWidth, loop.Outputs - first), loop.Positions);
                var to = target + ((nint)first * Whole(loop.Columns));
                if (Lanes == Vector512<T>.Count)
                {
                    AddWeights<Vector512<T>, Lanes512<T>>(image, right, to);
                }
                else if (Lanes == Vector256<T>.Count)
                {
                    AddWeights<Vector256<T>, Lanes256<T>>(image, right, to);
                }
                else
                {
                    AddWeights<Vector128<T>, Lanes128<T>>(image, right, to);
                }
            }
        }
    }

    /// <summary>Brings the sums of <c>AddWeights</c> into the order of the kernels.</summary>
    public void Unpack(ReadOnlySpan<T> sums, Span<T> kernels)
    {
        for (var output = 0; output < loop.Outputs; output++)
        {
            var source = sums[((output / PanelWidth * PanelWidth * Whole(loop.Columns)) + (output % PanelWidth))..];
            for (var i = 0; i < loop.Columns; i++)
            {
                kernels[(output * loop.Columns) + i] = source[i * PanelWidth];
            }
        }
    }

    private static int Whole(int count) => (count + Rows - 1) / Rows * Rows;

    /// <summary>Where in a padded image each element of a kernel is, from the kernel's place; rows that only fill a tile up point at the place itself.</summary>
    private static nint[] Offsets(ConvolutionLoop loop)
    {
        var (padding, dilation, size) = (loop.Geometry.Padding, loop.Geometry.Dilation, loop.Kernel.Height * loop.Kernel.Width);
        var lineWidth = loop.Image.Width + (2 * padding.Width);
        var area = lineWidth * (loop.Image.Height + (2 * padding.Height));
        var all = new nint[Whole(loop.Columns)];
        for (var i = 0; i < loop.Columns; i++)
        {
            var (y, x) = Math.DivRem(i % size, loop.Kernel.Width);
            all[i] = (i / size * area) + (y * dilation.Height * lineWidth) + (x * dilation.Width);
        }

        return all;
    }

    private void Correlate<V, L>(T* image, T* weights, T* sums)
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        fixed (nint* offset = offsets)
        {
            for (var place = 0; place < Places; place += 2 * L.Count)
            {
                ConvolutionTiles.Places<T, V, L>(weights, image + place, offset, loop.Columns, sums + place, Pitch);
            }
        }
    }

    private void AddWeights<V, L>(T* image, T* right, T* sums)
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        fixed (nint* offset = offsets)
        {
            for (var i = 0; i < loop.Columns; i += Rows)
            {
                ConvolutionTiles.Weights<T, V, L>(image, offset + i, right, loop.Output, width, sums + ((nint)i * 2 * L.Count));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyLine(T* from, T* to, int count, T addend)
    {
        var i = 0;
        for (; i <= count - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            (Vector512.Load(from + i) + Vector512.Create(addend)).Store(to + i);
        }

        if (i <= count - Vector256<T>.Count)
        {
            (Vector256.Load(from + i) + Vector256.Create(addend)).Store(to + i);
            i += Vector256<T>.Count;
        }

        if (i <= count - Vector128<T>.Count)
        {
            (Vector128.Load(from + i) + Vector128.Create(addend)).Store(to + i);
            i += Vector128<T>.Count;
        }

        for (; i < count; i++)
        {
            to[i] = from[i] + addend;
        }
    }
}
