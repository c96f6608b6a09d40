using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

/// <summary>Where a convolution's kernels lie on its images.</summary>
internal sealed record ConvolutionGeometry((int Height, int Width) Stride, (int Height, int Width) Padding, (int Height, int Width) Dilation, int Groups)
{
    public static DescentException Mismatch(string operation, string weightShape, ReadOnlySpan<int> input, ReadOnlySpan<int> weight, int groups) => new(
        $"{operation} needs an input of shape [batch, inputs, height, width] and a weight of shape {weightShape}, but with {groups} groups the shapes were {Shapes.Describe(input)} and {Shapes.Describe(weight)}; make the channels fit.");

    public void Check(string operation)
    {
        if (Stride.Height < 1 || Stride.Width < 1 || Dilation.Height < 1 || Dilation.Width < 1 || Padding.Height < 0 || Padding.Width < 0 || Groups < 1)
        {
            throw new DescentException(
                $"{operation} needs a stride, a dilation and groups of at least 1 and a padding of at least 0, but they were {Stride}, {Dilation}, {Groups} and {Padding}.");
        }
    }

    /// <summary>The shape of a convolution's output.</summary>
    public int[] Output(string operation, ReadOnlySpan<int> input, ReadOnlySpan<int> weight)
    {
        var height = Size(input[2], weight[2], Stride.Height, Padding.Height, Dilation.Height);
        var width = Size(input[3], weight[3], Stride.Width, Padding.Width, Dilation.Width);
        return height > 0 && width > 0
            ? [input[0], weight[0], height, width]
            : throw new DescentException($"{operation} needs images that are no smaller than the kernel, but with padding {Padding} and dilation {Dilation} the shapes were {Shapes.Describe(input)} and {Shapes.Describe(weight)}.");
    }

    /// <summary>The shape of a transposed convolution's output, which is the input of the convolution.</summary>
    public int[] Input(string operation, ReadOnlySpan<int> output, ReadOnlySpan<int> weight, (int Height, int Width) extra)
    {
        var height = ((output[2] - 1) * Stride.Height) - (2 * Padding.Height) + (Dilation.Height * (weight[2] - 1)) + extra.Height + 1;
        var width = ((output[3] - 1) * Stride.Width) - (2 * Padding.Width) + (Dilation.Width * (weight[3] - 1)) + extra.Width + 1;
        if (extra.Height < 0 || extra.Width < 0 || extra.Height >= Math.Max(Stride.Height, Dilation.Height) || extra.Width >= Math.Max(Stride.Width, Dilation.Width))
        {
            throw new DescentException($"{operation} needs an output padding from 0 to below the stride or the dilation, but they were {extra}, {Stride} and {Dilation}.");
        }

        return height > 0 && width > 0
            ? [output[0], weight[1] * Groups, height, width]
            : throw new DescentException($"{operation} with padding {Padding} leaves nothing of shapes {Shapes.Describe(output)} and {Shapes.Describe(weight)}.");
    }

    /// <summary>The sizes of one image's loop.</summary>
    public ConvolutionLoop Loop(ReadOnlySpan<int> x, ReadOnlySpan<int> w, ReadOnlySpan<int> y) =>
        new(this, (x[1] / Groups, x[2], x[3]), (w[2], w[3]), y[1] / Groups, (y[2], y[3]));

    private static int Size(int input, int kernel, int stride, int padding, int dilation)
    {
        var rest = input + (2 * padding) - (dilation * (kernel - 1)) - 1;
        return rest < 0 ? 0 : (rest / stride) + 1;
    }
}

/// <summary>One group of one image between [channels, height, width] and [channels·kernel, positions], a column for each place of the kernel.</summary>
internal sealed record ConvolutionLoop(ConvolutionGeometry Geometry, (int Channels, int Height, int Width) Image, (int Height, int Width) Kernel, int Outputs, (int Height, int Width) Output)
{
    public int ImageLength => Image.Channels * Image.Height * Image.Width;

    public int Columns => Image.Channels * Kernel.Height * Kernel.Width;

    public int Positions => Output.Height * Output.Width;

    /// <summary>Whether the columns are the image itself.</summary>
    public bool IsPointwise => Kernel == (1, 1) && Geometry.Stride == (1, 1) && Geometry.Padding == (0, 0);

    /// <summary>Whether kernels go over the padded image place by place, so that it need not be unfolded.</summary>
    public bool IsDirect => !IsPointwise && Geometry.Stride == (1, 1) && Geometry.Padding is { Height: >= 0, Width: >= 0 } && Columns > 0 && Outputs > 0 && Positions > 0
        && Output == (Image.Height + (2 * Geometry.Padding.Height) - Reach.Height, Image.Width + (2 * Geometry.Padding.Width) - Reach.Width);

    /// <summary>The convolution that leads from the output's gradient to the image's, where kernels go place by place: with the kernels turned by half a turn.</summary>
    public ConvolutionLoop? Mirrored => !IsDirect ? null : new(
        Geometry with { Padding = (Reach.Height - Geometry.Padding.Height, Reach.Width - Geometry.Padding.Width) }, (Outputs, Output.Height, Output.Width), Kernel, Image.Channels, (Image.Height, Image.Width));

    /// <summary>How far a kernel's last element is from its first.</summary>
    private (int Height, int Width) Reach => (Geometry.Dilation.Height * (Kernel.Height - 1), Geometry.Dilation.Width * (Kernel.Width - 1));

    /// <summary>Copies to each row of the columns the elements that one element of the kernel meets; 0 beyond the edge.</summary>
    public void Unfold<T>(ReadOnlySpan<T> image, Span<T> columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < Columns; row++)
        {
            var (channel, dy, dx, first, last) = Row(row);
            for (var i = 0; i < Output.Height; i++)
            {
                var line = columns.Slice((row * Positions) + (i * Output.Width), Output.Width);
                var y = (i * Geometry.Stride.Height) + dy;
                if ((uint)y >= (uint)Image.Height || first >= last)
                {
                    line.Clear();
                    continue;
                }

                line[..first].Clear();
                line[last..].Clear();
                var source = image.Slice(((channel * Image.Height) + y) * Image.Width, Image.Width);
                if (Geometry.Stride.Width == 1)
                {
                    source.Slice(first + dx, last - first).CopyTo(line[first..]);
                    continue;
                }

                for (var j = first; j < last; j++)
                {
                    line[j] = source[(j * Geometry.Stride.Width) + dx];
                }
            }
        }
    }

    /// <summary>Adds what <c>Unfold</c> would copy back to where it came from.</summary>
    public void Fold<T>(ReadOnlySpan<T> columns, Span<T> image)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var row = 0; row < Columns; row++)
        {
            var (channel, dy, dx, first, last) = Row(row);
            for (var i = 0; i < Output.Height; i++)
            {
                var y = (i * Geometry.Stride.Height) + dy;
                if ((uint)y >= (uint)Image.Height || first >= last)
                {
                    continue;
                }

                var line = columns.Slice((row * Positions) + (i * Output.Width), Output.Width);
                var target = image.Slice(((channel * Image.Height) + y) * Image.Width, Image.Width);
                if (Geometry.Stride.Width == 1)
                {
                    var part = target.Slice(first + dx, last - first);
                    TensorPrimitives.Add(part, line[first..last], part);
                    continue;
                }

                for (var j = first; j < last; j++)
                {
                    target[(j * Geometry.Stride.Width) + dx] += line[j];
                }
            }
        }
    }

    /// <summary>What a row of the columns is: its channel, its place in the image at output (0, 0), and the outputs of a line that lie inside.</summary>
    private (int Channel, int Dy, int Dx, int First, int Last) Row(int row)
    {
        var (channel, rest) = Math.DivRem(row, Kernel.Height * Kernel.Width);
        var (ky, kx) = Math.DivRem(rest, Kernel.Width);
        var dy = (ky * Geometry.Dilation.Height) - Geometry.Padding.Height;
        var dx = (kx * Geometry.Dilation.Width) - Geometry.Padding.Width;
        var first = dx >= 0 ? 0 : (-dx + Geometry.Stride.Width - 1) / Geometry.Stride.Width;
        var last = Image.Width - dx <= 0 ? 0 : Math.Min(Output.Width, ((Image.Width - dx - 1) / Geometry.Stride.Width) + 1);
        return (channel, dy, dx, Math.Min(first, Output.Width), last);
    }
}
