using System.Numerics;
using System.Numerics.Tensors;
using Descent.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Every element rounded to the nearest number of 16 bits, ties to even, and the gradient that comes back through it rounded
    /// likewise: what a network computed in that format has between two layers. Beyond the largest number it is an infinity.
    /// </summary>
    /// <typeparam name="TNarrow"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    public Tensor<T> RoundTo<TNarrow>()
        where TNarrow : unmanaged
    {
        var result = Result(shape);
        RoundOperation<T, TNarrow>.Round(Span, result.Span);
        return result.From(new RoundOperation<T, TNarrow>(this));
    }
}

/// <summary>y = x rounded: ∂x = g rounded, as if rounding had the slope 1.</summary>
internal sealed class RoundOperation<T, TNarrow>(Tensor<T> input) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TNarrow : unmanaged
{
    private const int Stretch = 256;

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient.RoundTo<TNarrow>());

    public static void Round(ReadOnlySpan<T> source, Span<T> result)
    {
        Span<float> wide = stackalloc float[Stretch];
        Span<TNarrow> narrow = stackalloc TNarrow[Stretch];
        for (var start = 0; start < source.Length; start += Stretch)
        {
            var part = source.Slice(start, Math.Min(Stretch, source.Length - start));
            TensorPrimitives.ConvertTruncating(part, wide);
            NarrowFormat.Round(wide[..part.Length], narrow);
            NarrowFormat.Widen<TNarrow>(narrow[..part.Length], wide);
            TensorPrimitives.ConvertTruncating<float, T>(wide[..part.Length], result[start..]);
        }
    }
}
