using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using Descent.LinearAlgebra;

namespace Descent.Nn;

/// <summary>
/// The three products of a convolution for a batch, whose images the threads share. Gradients of kernels are summed over blocks of images that depend on the
/// shapes only, and the blocks in order: the same bits for any number of threads.
/// </summary>
/// <param name="x">[batch, channels, height, width].</param>
/// <param name="w">[outputs, channels/groups, height, width].</param>
/// <param name="y">[batch, outputs, height, width].</param>
/// <param name="geometry">How kernels lie on images.</param>
internal sealed class ConvolutionKernels<T>(Tensor<T> x, Tensor<T> w, Tensor<T> y, ConvolutionGeometry geometry)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Parts that a batch is cut into at most.</summary>
    private const int MostParts = 32;

    /// <summary>Sums of gradients of kernels are kept for at most so many parts, and no more numbers in all.</summary>
    private const int MostWeightParts = 16;
    private const int MostWeightNumbers = 1 << 22;

    private readonly ConvolutionLoop loop = geometry.Loop(x.Shape, w.Shape, y.Shape);
    private readonly int groups = geometry.Groups;

    private int Images => x.Shape[0];

    private int KernelsLength => loop.Outputs * loop.Columns;

    private int OutputLength => loop.Outputs * loop.Positions;

    /// <summary>Counts the multiplications of one of the products; all three have as many.</summary>
    public void Count() => MatrixKernels.Count((long)Images * groups * loop.Outputs * loop.Columns * loop.Positions);

    /// <summary>Y of X and W, with a number added to each output.</summary>
    public void Output(Tensor<T>? bias)
    {
        if (loop.IsDirect)
        {
            Correlate(loop, x, y, mirrored: false, bias);
            return;
        }

        RunImages((start, end) => Unfold(start, end, (block, columns) =>
        {
            var group = block % groups;
            var output = y.Span.Slice(block * OutputLength, OutputLength);
            MatrixProduct.Multiply(Kernels(group), columns, output, loop.Outputs, loop.Positions, loop.Columns, workers: Compute.Workers);
            for (var i = 0; bias is not null && i < loop.Outputs; i++)
            {
                var line = output.Slice(i * loop.Positions, loop.Positions);
                TensorPrimitives.Add(line, bias.Span[(group * loop.Outputs) + i], line);
            }
        }));
    }

    /// <summary>X of Y and W.</summary>
    public void Input()
    {
        if (loop.Mirrored is { IsDirect: true } mirrored)
        {
            Correlate(mirrored, y, x, mirrored: true, null);
            return;
        }

        RunImages((start, end) =>
        {
            var scratch = ArrayPool<T>.Shared.Rent(loop.Columns * loop.Positions);
            for (var block = start; block < end; block++)
            {
                var image = x.Span.Slice(block * loop.ImageLength, loop.ImageLength);
                var columns = loop.IsPointwise ? image : scratch.AsSpan(0, loop.Columns * loop.Positions);
                MatrixProduct.Multiply(Kernels(block % groups), y.Span.Slice(block * OutputLength, OutputLength), columns, loop.Columns, loop.Positions, loop.Outputs, transposeLeft: true, workers: Compute.Workers);
                if (!loop.IsPointwise)
                {
                    image.Clear();
                    loop.Fold<T>(columns, image);
                }
            }

            ArrayPool<T>.Shared.Return(scratch);
        });
    }

    /// <summary>W of X and Y.</summary>
    public void Weight()
    {
        var direct = loop.IsDirect ? new DirectConvolution<T>(loop) : null;
        var length = groups * (direct?.WeightSumsLength ?? KernelsLength);
        var parts = Math.Clamp(MostWeightNumbers / Math.Max(1, length), 2, MostWeightParts);
        var size = Math.Max(1, (Images + parts - 1) / parts);
        parts = (Images + size - 1) / size;
        var sums = ArrayPool<T>.Shared.Rent(Math.Max(1, parts) * length);
        var total = sums.AsSpan(0, length);
        total.Clear();
        Blocks.Run(Images, size, (start, end) =>
        {
            var part = sums.AsSpan(start / size * length, length);
            part.Clear();
            if (direct is null)
            {
                Unfold(start * groups, end * groups, (block, columns) => MatrixProduct.Multiply(
                    y.Span.Slice(block * OutputLength, OutputLength), columns, sums.AsSpan((start / size * length) + (block % groups * KernelsLength), KernelsLength), loop.Outputs, loop.Columns, loop.Positions,
                    transposeRight: true, accumulate: true, workers: Compute.Workers));
            }
            else
            {
                AddWeights(direct, start, end, part);
            }
        });
        for (var part = 1; part < parts; part++)
        {
            TensorPrimitives.Add(total, sums.AsSpan(part * length, length), total);
        }

        for (var group = 0; group < groups; group++)
        {
            var target = w.Span.Slice(group * KernelsLength, KernelsLength);
            if (direct is null)
            {
                total.Slice(group * KernelsLength, KernelsLength).CopyTo(target);
            }
            else
            {
                direct.Unpack(total.Slice(group * direct.WeightSumsLength, direct.WeightSumsLength), target);
            }
        }

        ArrayPool<T>.Shared.Return(sums);
    }

    private Span<T> Kernels(int group) => w.Span.Slice(group * KernelsLength, KernelsLength);

    /// <summary>Images of all groups, in parts.</summary>
    private void RunImages(Action<int, int> body) => Blocks.Run(Images * groups, Math.Max(1, Images * groups / MostParts), body);

    /// <summary>Gives the columns of images; where kernels are one element they are the image itself.</summary>
    private void Unfold(int start, int end, ColumnsAction use)
    {
        var scratch = ArrayPool<T>.Shared.Rent(loop.IsPointwise ? 1 : loop.Columns * loop.Positions);
        for (var block = start; block < end; block++)
        {
            var image = x.Span.Slice(block * loop.ImageLength, loop.ImageLength);
            var columns = loop.IsPointwise ? image : scratch.AsSpan(0, loop.Columns * loop.Positions);
            if (!loop.IsPointwise)
            {
                loop.Unfold<T>(image, columns);
            }

            use(block, columns);
        }

        ArrayPool<T>.Shared.Return(scratch);
    }

    /// <summary>A convolution with stride 1 from one batch to another.</summary>
    private void Correlate(ConvolutionLoop sizes, Tensor<T> from, Tensor<T> to, bool mirrored, Tensor<T>? bias)
    {
        var direct = new DirectConvolution<T>(sizes);
        var packed = ArrayPool<T>.Shared.Rent(groups * direct.PackedLength);
        for (var group = 0; group < groups; group++)
        {
            direct.Pack(Kernels(group), mirrored, packed.AsSpan(group * direct.PackedLength));
        }

        RunImages((start, end) =>
        {
            var scratch = ArrayPool<T>.Shared.Rent(direct.PaddedLength + direct.SumsLength);
            var padded = scratch.AsSpan(0, direct.PaddedLength);
            var sums = scratch.AsSpan(direct.PaddedLength, direct.SumsLength);
            padded.Clear();
            for (var block = start; block < end; block++)
            {
                var group = block % groups;
                direct.Pad(from.Span.Slice(block * sizes.ImageLength, sizes.ImageLength), padded);
                direct.Correlate(
                    padded, packed.AsSpan(group * direct.PackedLength, direct.PackedLength), bias is null ? default : bias.Span.Slice(group * sizes.Outputs, sizes.Outputs),
                    to.Span.Slice(block * sizes.Outputs * sizes.Positions, sizes.Outputs * sizes.Positions), sums);
            }

            ArrayPool<T>.Shared.Return(scratch);
        });
        ArrayPool<T>.Shared.Return(packed);
    }

    private void AddWeights(DirectConvolution<T> direct, int start, int end, Span<T> part)
    {
        var scratch = ArrayPool<T>.Shared.Rent(direct.PaddedLength + direct.PanelsLength);
        var padded = scratch.AsSpan(0, direct.PaddedLength);
        var panels = scratch.AsSpan(direct.PaddedLength, direct.PanelsLength);
        padded.Clear();
        for (var block = start * groups; block < end * groups; block++)
        {
            direct.Pad(x.Span.Slice(block * loop.ImageLength, loop.ImageLength), padded);
            direct.AddWeights(padded, y.Span.Slice(block * OutputLength, OutputLength), part.Slice(block % groups * direct.WeightSumsLength, direct.WeightSumsLength), panels);
        }

        ArrayPool<T>.Shared.Return(scratch);
    }

    private delegate void ColumnsAction(int block, Span<T> columns);
}
