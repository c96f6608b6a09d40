using System.Numerics;
using Descent.Engine;
using Descent.Numerics;
using Descent.TestSupport;

namespace Descent.Nn.Tests;

/// <summary>Convolutions and poolings beside their definitions, and the same bits for any number of threads.</summary>
public sealed class ConvolutionTests
{
    [Fact]
    public void Convolutions_of_random_shapes_and_their_gradients_are_their_sums()
    {
        var (single, full) = (new Differ(2e-5), new Differ(1e-12));
        for (var seed = 0; seed < 60; seed++)
        {
            Compare<float>(seed, single);
            Compare<double>(seed, full);
        }

        single.AssertClose();
        full.AssertClose();
    }

    [Fact]
    public void Largest_elements_of_pairs_are_found_as_those_of_any_window_are()
    {
        var random = new SeededRandom(5);
        for (var round = 0; round < 40; round++)
        {
            // Equal elements and NaN in many windows; widths with and without a rest.
            int[] shape = [1 + (round % 3), 2, 2 + random.NextInt32(8), 2 + random.NextInt32(40)];
            var values = new double[shape[0] * shape[1] * shape[2] * shape[3]];
            foreach (ref var value in values.AsSpan())
            {
                value = random.NextInt32(12) is var drawn and > 0 ? drawn % 4 : double.NaN;
            }

            Assert.Equal(Pool<double>(values, shape), Pool<float>(values, shape));
        }
    }

    [Fact]
    public void Training_a_convolutional_network_gives_the_same_bits_on_any_number_of_threads()
    {
        var one = Train(1);
        Assert.Equal(one, Train(2));
        Assert.Equal(one, Train(3));
    }

    private static void Compare<T>(int seed, Differ differ)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new SeededRandom((ulong)seed);
        int Draw(int from, int to) => from + random.NextInt32(to - from + 1);
        var groups = Draw(1, 2);
        var (inputs, outputs) = (groups * Draw(1, 3), groups * Draw(1, seed % 4 == 0 ? 40 : 5));
        var (kernel, dilation, padding) = ((Height: Draw(1, 3), Width: Draw(1, 3)), (Height: Draw(1, 2), Width: Draw(1, 2)), (Height: Draw(0, 3), Width: Draw(0, 3)));
        var stride = seed % 3 == 0 ? (Height: Draw(1, 2), Width: Draw(1, 2)) : (Height: 1, Width: 1);
        int[] shape = [Draw(1, 5), inputs, Draw(5, 9), Draw(5, 40)];
        var (x, w, b) = (Leaf<T>(shape, random), Leaf<T>([outputs, inputs / groups, kernel.Height, kernel.Width], random), Leaf<T>([outputs], random));
        var y = x.Conv2d(w, b, stride, padding, dilation, groups);
        var g = Leaf<T>(y.Shape.ToArray(), random);
        y.Backward(g);

        var (height, width) = (y.Shape[2], y.Shape[3]);
        var (sum, byX, byW, byB) = (new double[y.Length], new double[x.Length], new double[w.Length], new double[b.Length]);
        double Of(Tensor<T> tensor, int index) => double.CreateChecked(tensor.Values.Span[index]);
        for (var at = 0; at < y.Length; at++)
        {
            var (image, output, i, j) = (at / (outputs * height * width), at / (height * width) % outputs, at / width % height, at % width);
            sum[at] = Of(b, output);
            byB[output] += Of(g, at);
            for (var k = 0; k < w.Length / outputs; k++)
            {
                var (channel, ky, kx) = (k / (kernel.Height * kernel.Width), k / kernel.Width % kernel.Height, k % kernel.Width);
                var (row, column) = ((i * stride.Height) + (ky * dilation.Height) - padding.Height, (j * stride.Width) + (kx * dilation.Width) - padding.Width);
                if ((uint)row < (uint)shape[2] && (uint)column < (uint)shape[3])
                {
                    channel += output / (outputs / groups) * (inputs / groups);
                    var (from, weight) = ((((((image * inputs) + channel) * shape[2]) + row) * shape[3]) + column, (output * w.Length / outputs) + k);
                    sum[at] += Of(x, from) * Of(w, weight);
                    byX[from] += Of(g, at) * Of(w, weight);
                    byW[weight] += Of(g, at) * Of(x, from);
                }
            }
        }

        differ.Compare(sum, Doubles(y.Values), $"output {seed}");
        differ.Compare(byX, Doubles(x.Gradient), $"gradient by the input {seed}");
        differ.Compare(byW, Doubles(w.Gradient), $"gradient by the weight {seed}");
        differ.Compare(byB, Doubles(b.Gradient), $"gradient by the bias {seed}");
    }

    /// <summary>The largest elements of windows of 2 × 2, and where the gradient goes.</summary>
    private static double[] Pool<T>(double[] values, int[] shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var x = new Tensor<T>(Array.ConvertAll(values, T.CreateChecked), shape, requiresGradient: true);
        var y = x.MaxPool2d((2, 2));
        y.Backward(new Tensor<T>(Enumerable.Range(1, y.Length).Select(i => T.CreateChecked(i)).ToArray(), y.Shape));
        return [.. Doubles(y.Values), .. Doubles(x.Gradient)];
    }

    private static float[] Train(int threads)
    {
        var outer = Compute.Workers;
        using var workers = new Workers(threads);
        Compute.Workers = workers;
        try
        {
            var random = new SeededRandom(7);
            var model = new Sequential<float>(("cnn", Models.Cnn<float>(2, 12, 12, [5, 20], 16, random)), ("shape", new Function<float>(x => x.Reshape(x.Shape[0], 1, 4, 4))), ("strided", new Conv2d<float>(1, 3, (3, 3), random, (2, 2), (1, 1))));
            var x = Leaf<float>([37, 2, 12, 12], random);
            for (var step = 0; step < 2; step++)
            {
                model.ZeroGradient();
                model.Forward(x).Square().Mean().Backward();
                foreach (var parameter in model.Parameters)
                {
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(parameter.Gradient.Span, -0.1f, parameter.Values.Span, parameter.Values.Span);
                }
            }

            return [.. model.Parameters.SelectMany(parameter => parameter.Values.ToArray()), .. x.Gradient.ToArray()];
        }
        finally
        {
            Compute.Workers = outer;
        }
    }

    private static Tensor<T> Leaf<T>(int[] shape, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tensor = Tensor<T>.Zeros(shape, requiresGradient: true);
        Initialization.Normal(tensor, 1, random);
        return tensor;
    }

    private static double[] Doubles<T>(Memory<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. values.ToArray().Select(value => double.CreateChecked(value))];
}
