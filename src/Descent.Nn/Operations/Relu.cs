using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>max(x, 0) of every element; NaN stays NaN. The gradient at 0 is 0.</summary>
    public Tensor<T> Relu()
    {
        var result = Result(shape);
        if (Length < Blocks.LeastElements)
        {
            TensorPrimitives.Max(Span, T.Zero, result.Span);
        }
        else
        {
            ReluOfBlocks(result);
        }

        return result.From(new ReluOperation<T>(this));
    }

    /// <summary>In a method of its own, so that small tensors make no closure.</summary>
    private void ReluOfBlocks(Tensor<T> result) =>
        Blocks.Run(Length, Blocks.Elements, (start, end) => TensorPrimitives.Max(Span[start..end], T.Zero, result.Span[start..end]));
}

/// <summary>y = max(x, 0): ∂x = g where not x ≤ 0, else 0.</summary>
internal sealed class ReluOperation<T>(Tensor<T> input) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) =>
        sums.Add(input, ReluMaskOperation<T>.Apply(gradient, input));
}

/// <summary>y = g where not x ≤ 0, else 0, a linear function of g: ∂g is the same mask, and ∂x is 0 almost everywhere.</summary>
internal sealed class ReluMaskOperation<T>(Tensor<T> masked, Tensor<T> mask) : Operation<T>(masked)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Tensor<T> Apply(Tensor<T> masked, Tensor<T> mask)
    {
        var result = Tensor<T>.Result(masked.Shape.ToArray());
        if (result.Length < Blocks.LeastElements)
        {
            Keep(masked.Span, mask.Span, result.Span);
        }
        else
        {
            KeepBlocks(masked, mask, result);
        }

        return result.From(new ReluMaskOperation<T>(masked, mask));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(masked, Apply(gradient, mask));

    /// <summary>In a method of its own, so that small tensors make no closure.</summary>
    private static void KeepBlocks(Tensor<T> masked, Tensor<T> mask, Tensor<T> result) =>
        Blocks.Run(result.Length, Blocks.Elements, (start, end) => Keep(masked.Span[start..end], mask.Span[start..end], result.Span[start..end]));

    private static void Keep(ReadOnlySpan<T> values, ReadOnlySpan<T> mask, Span<T> result)
    {
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var dropped = Vector.LessThanOrEqual(new Vector<T>(mask[i..]), Vector<T>.Zero);
            Vector.AndNot(new Vector<T>(values[i..]), dropped).CopyTo(result[i..]);
        }

        for (; i < values.Length; i++)
        {
            result[i] = mask[i] <= T.Zero ? T.Zero : values[i];
        }
    }
}
