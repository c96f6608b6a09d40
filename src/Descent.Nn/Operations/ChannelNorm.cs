using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The sum over all axes but the second, whose channels the threads share.</summary>
    internal Tensor<T> SumByChannel()
    {
        if (Autograd.IsRecording || Rank < 3)
        {
            return Sum([0, .. Enumerable.Range(2, Rank - 2)]);
        }

        var sums = Result([shape[1]]);
        Blocks.Run(shape[1], 1, (start, end) =>
        {
            var rows = new ChannelRows<T>(shape);
            for (var channel = start; channel < end; channel++)
            {
                var sum = 0.0;
                for (var image = 0; image < rows.Images; image++)
                {
                    var total = Vector512<T>.Zero;
                    var row = rows.Row(Span, image, channel);
                    for (var i = 0; i < rows.Whole; i += Vector512<T>.Count)
                    {
                        total += ChannelRows<T>.At(row, i);
                    }

                    sum += double.CreateChecked(Vectors.Sum(total + rows.Rest(row)));
                }

                sums.Span[channel] = T.CreateChecked(sum);
            }
        });
        return sums;
    }
}

/// <summary>
/// y = w·(x − μ)·r + b with r = 1/√(σ² + ε) and the mean and the variance of each channel (axis 1) over all other axes:
/// ∂x = w·r·(g − mean g − (x − μ)·r²·mean(g·(x − μ))), ∂w = r·Σ g·(x − μ), ∂b = Σ g. The threads share the channels; what is summed of each row
/// is added in double precision. Rectified, y is max(y, 0), and g counts where not y ≤ 0.
/// </summary>
/// <param name="input">x, of three axes or more.</param>
/// <param name="weight">w, one number for each channel; 1 when null.</param>
/// <param name="bias">b, one number for each channel; 0 when null.</param>
/// <param name="epsilon">ε.</param>
/// <param name="rectified">Whether a ReLU follows.</param>
/// <param name="mean">μ of each channel.</param>
/// <param name="inverse">r of each channel.</param>
internal sealed class ChannelNormOperation<T>(Tensor<T> input, Tensor<T>? weight, Tensor<T>? bias, double epsilon, bool rectified, Tensor<T> mean, Tensor<T> inverse)
    : Operation<T>([input, .. weight is null ? [] : new[] { weight }, .. bias is null ? [] : new[] { bias }])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "BatchNorm";

    public static Tensor<T> Apply(Tensor<T> input, Tensor<T>? weight, Tensor<T>? bias, double epsilon, bool rectified, out Tensor<T> mean, out Tensor<T> variance)
    {
        var channels = input.Shape[1];
        var (result, means, variances, inverses) = (Tensor<T>.Result(input.Shape.ToArray()), Tensor<T>.Result([channels]), Tensor<T>.Result([channels]), Tensor<T>.Result([channels]));
        Blocks.Run(channels, 1, (start, end) =>
        {
            var rows = new ChannelRows<T>(input.Shape);
            for (var channel = start; channel < end; channel++)
            {
                var (centre, spread) = Moments(rows, input.Span, channel);
                var r = 1 / Math.Sqrt(spread + epsilon);
                (means.Span[channel], variances.Span[channel], inverses.Span[channel]) = (T.CreateChecked(centre), T.CreateChecked(spread), T.CreateChecked(r));
                Normalize(rows, input.Span, result.Span, channel, new ChannelAffine<T>(means, inverses, weight, bias, rectified, channel));
            }
        });
        (mean, variance) = (means, variances);
        return result.From(new ChannelNormOperation<T>(input, weight, bias, epsilon, rectified, means, inverses));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (Autograd.IsRecording)
        {
            BackwardByOperations(gradient, sums);
            return;
        }

        var (byInput, byWeight, byBias) = (Tensor<T>.Result(input.Shape.ToArray()), Tensor<T>.Result([mean.Length]), Tensor<T>.Result([mean.Length]));
        Blocks.Run(mean.Length, 1, (start, end) =>
        {
            var rows = new ChannelRows<T>(input.Shape);
            for (var channel = start; channel < end; channel++)
            {
                var affine = new ChannelAffine<T>(mean, inverse, weight, bias, rectified, channel);
                var (sum, product) = Products(rows, input.Span, gradient.Span, channel, affine);
                var (r, count) = (double.CreateChecked(inverse.Span[channel]), (double)rows.Images * rows.Length);
                (byWeight.Span[channel], byBias.Span[channel]) = (T.CreateChecked(r * product), T.CreateChecked(sum));
                Spread(rows, input.Span, gradient.Span, byInput.Span, channel, affine, T.CreateChecked(sum / count), T.CreateChecked(r * r * product / count));
            }
        });
        sums.Add(input, byInput);
        if (weight is not null)
        {
            sums.Add(weight, byWeight);
        }

        if (bias is not null)
        {
            sums.Add(bias, byBias);
        }
    }

    private static (double Mean, double Variance) Moments(in ChannelRows<T> rows, ReadOnlySpan<T> x, int channel)
    {
        var (sum, squares, count) = (0.0, 0.0, (double)rows.Images * rows.Length);
        for (var image = 0; image < rows.Images; image++)
        {
            var total = Vector512<T>.Zero;
            var row = rows.Row(x, image, channel);
            for (var i = 0; i < rows.Whole; i += Vector512<T>.Count)
            {
                total += ChannelRows<T>.At(row, i);
            }

            sum += double.CreateChecked(Vectors.Sum(total + rows.Rest(row)));
        }

        var mean = T.CreateChecked(sum / count);
        var means = Vector512.Create(mean);
        for (var image = 0; image < rows.Images; image++)
        {
            var row = rows.Row(x, image, channel);
            var difference = rows.Rest(row, mean) - means;
            var total = difference * difference;
            for (var i = 0; i < rows.Whole; i += Vector512<T>.Count)
            {
                difference = ChannelRows<T>.At(row, i) - means;
                total = Vectors.MultiplyAdd(difference, difference, total);
            }

            squares += double.CreateChecked(Vectors.Sum(total));
        }

        return (sum / count, squares / count);
    }

    private static void Normalize(in ChannelRows<T> rows, ReadOnlySpan<T> x, Span<T> y, int channel, in ChannelAffine<T> affine)
    {
        for (var image = 0; image < rows.Images; image++)
        {
            var row = rows.Row(x, image, channel);
            var target = rows.Row(y, image, channel);
            for (var i = 0; i < rows.Whole; i += Vector512<T>.Count)
            {
                affine.Of(ChannelRows<T>.At(row, i) - affine.Mean).StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
            }

            if (rows.HasRest)
            {
                affine.Of(Vectors.Load(row, rows.Last) - affine.Mean).Store(target, rows.Last);
            }
        }
    }

    /// <summary>Σ g and Σ g·(x − μ).</summary>
    private static (double Sum, double Product) Products(in ChannelRows<T> rows, ReadOnlySpan<T> x, ReadOnlySpan<T> g, int channel, in ChannelAffine<T> affine)
    {
        var (sum, product, mean) = (0.0, 0.0, affine.Mean.GetElement(0));
        for (var image = 0; image < rows.Images; image++)
        {
            var row = rows.Row(x, image, channel);
            var slope = rows.Row(g, image, channel);
            var difference = rows.Rest(row, mean) - affine.Mean;
            var total = affine.Through(rows.Rest(slope), difference);
            var products = total * difference;
            for (var i = 0; i < rows.Whole; i += Vector512<T>.Count)
            {
                difference = ChannelRows<T>.At(row, i) - affine.Mean;
                var part = affine.Through(ChannelRows<T>.At(slope, i), difference);
                total += part;
                products = Vectors.MultiplyAdd(part, difference, products);
            }

            sum += double.CreateChecked(Vectors.Sum(total));
            product += double.CreateChecked(Vectors.Sum(products));
        }

        return (sum, product);
    }

    private static void Spread(in ChannelRows<T> rows, ReadOnlySpan<T> x, ReadOnlySpan<T> g, Span<T> result, int channel, in ChannelAffine<T> affine, T meanGradient, T slope)
    {
        var (gradients, slopes) = (Vector512.Create(meanGradient), Vector512.Create(-slope));
        for (var image = 0; image < rows.Images; image++)
        {
            var row = rows.Row(x, image, channel);
            var gradient = rows.Row(g, image, channel);
            var target = rows.Row(result, image, channel);
            for (var i = 0; i < rows.Whole; i += Vector512<T>.Count)
            {
                var difference = ChannelRows<T>.At(row, i) - affine.Mean;
                (affine.Scale * Vectors.MultiplyAdd(difference, slopes, affine.Through(ChannelRows<T>.At(gradient, i), difference) - gradients)).StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
            }

            if (rows.HasRest)
            {
                var difference = Vectors.Load(row, rows.Last) - affine.Mean;
                (affine.Scale * Vectors.MultiplyAdd(difference, slopes, affine.Through(Vectors.Load(gradient, rows.Last), difference) - gradients)).Store(target, rows.Last);
            }
        }
    }

    /// <summary>The same of operations that can be differentiated again.</summary>
    private void BackwardByOperations(Tensor<T> gradient, GradientSums<T> sums)
    {
        int[] axes = [0, .. Enumerable.Range(2, input.Rank - 2)];
        int[] perChannel = [mean.Length, .. Enumerable.Repeat(1, input.Rank - 2)];
        var normal = input.Standardize(axes, epsilon, out _, out var variance);
        if (rectified)
        {
            var scaled = weight is null ? normal : normal * weight.Reshape(perChannel);
            gradient = ReluMaskOperation<T>.Apply(gradient, (bias is null ? scaled : scaled + bias.Reshape(perChannel)).Detach());
        }

        var h = weight is null ? gradient : gradient * weight.Reshape(perChannel);
        var r = (variance + T.CreateChecked(epsilon)).ReciprocalSqrt();
        sums.Add(input, r * (h - h.Mean(axes, keepAxes: true) - (normal * (h * normal).Mean(axes, keepAxes: true))));
        if (weight is not null)
        {
            sums.Add(weight, (gradient * normal).Sum(axes));
        }

        if (bias is not null)
        {
            sums.Add(bias, gradient.Sum(axes));
        }
    }
}
