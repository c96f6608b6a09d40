using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The variance of all elements, a scalar; the argument is that of <see cref="Variance(ReadOnlySpan{int}, int, bool)"/>.</summary>
    public Tensor<T> Variance(int correction = 1) => Variance(AllAxes, correction);

    /// <summary>The variance over some axes: Σ (x − μ)²/(n − correction).</summary>
    /// <param name="axes">Which, each once, from −rank to rank − 1.</param>
    /// <param name="correction">1 for the unbiased estimate, 0 for the plain mean of the squares.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1, rather than go.</param>
    /// <exception cref="DescentException">An axis does not exist or is given twice.</exception>
    public Tensor<T> Variance(ReadOnlySpan<int> axes, int correction = 1, bool keepAxes = false)
    {
        var centred = this - Mean(axes, keepAxes: true);
        var sum = centred.Square().Sum(axes, keepAxes);
        var count = sum.Length == 0 ? 0 : Length / sum.Length;
        return sum * (T.One / T.CreateChecked(count - correction));
    }

    /// <summary>The root of the variance of all elements, a scalar.</summary>
    public Tensor<T> StandardDeviation(int correction = 1) => Variance(correction).Sqrt();

    /// <summary>The root of the variance over some axes; the arguments are those of <see cref="Variance(ReadOnlySpan{int}, int, bool)"/>.</summary>
    /// <exception cref="DescentException">An axis does not exist or is given twice.</exception>
    public Tensor<T> StandardDeviation(ReadOnlySpan<int> axes, int correction = 1, bool keepAxes = false) => Variance(axes, correction, keepAxes).Sqrt();

    /// <summary>log Σ eˣ of all elements, a scalar, computed without overflow.</summary>
    public Tensor<T> LogSumExp() => LogSumExp(AllAxes);

    /// <summary>log Σ eˣ over some axes, computed without overflow.</summary>
    /// <param name="axes">Which, each once, from −rank to rank − 1.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1, rather than go.</param>
    /// <exception cref="DescentException">An axis does not exist, is given twice or is empty.</exception>
    public Tensor<T> LogSumExp(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        // What is taken out and added again is a constant: the gradients by it cancel.
        var largest = Detach().Max(axes, keepAxes: true).MapToConstant(static x => T.IsFinite(x) ? x : T.Zero);
        var sum = (this - largest).Exp().Sum(axes, keepAxes);
        return sum.Log() + largest.Reshape(sum.Shape);
    }

    /// <summary>The product of all elements, a scalar.</summary>
    public Tensor<T> Prod() => Flatten().Prod(0);

    /// <summary>The product along an axis, which goes. The gradient is right also where elements are 0.</summary>
    /// <exception cref="DescentException">The axis does not exist.</exception>
    public Tensor<T> Prod(int axis)
    {
        var position = Shapes.Axis("Prod", axis, Rank);
        var rest = this;
        while (rest.shape[position] > 1)
        {
            // Halves are multiplied, so that no division by an element is ever needed.
            var (size, half) = (rest.shape[position], rest.shape[position] / 2);
            var product = rest.Narrow(position, 0, half) * rest.Narrow(position, half, half);
            rest = size % 2 == 0 ? product : Concat([product, rest.Narrow(position, size - 1, 1)], position);
        }

        return rest.shape[position] == 1 ? rest.Squeeze(position) : Filled([.. shape[..position], .. shape[(position + 1)..]], T.One);
    }

    /// <summary>The sums of the elements up to each one along an axis.</summary>
    /// <exception cref="DescentException">The axis does not exist.</exception>
    public Tensor<T> CumSum(int axis) => CumSumOperation<T>.Apply(this, Shapes.Axis("CumSum", axis, Rank), fromEnd: false);
}

/// <summary>yᵢ = Σ xⱼ over j ≤ i, or over j ≥ i from the end: ∂x = the same sums of g from the other end.</summary>
internal sealed class CumSumOperation<T>(Tensor<T> input, int axis, bool fromEnd) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Tensor<T> Apply(Tensor<T> input, int axis, bool fromEnd)
    {
        var result = Tensor<T>.Result(input.Shape.ToArray());
        var (_, size, inner) = Shapes.Around(input.Shape, axis);
        var x = input.Span;
        var y = result.Span;
        for (var k = 0; k < x.Length; k++)
        {
            var i = fromEnd ? x.Length - 1 - k : k;
            var isFirst = i / inner % size == (fromEnd ? size - 1 : 0);
            y[i] = isFirst ? x[i] : x[i] + y[fromEnd ? i + inner : i - inner];
        }

        return result.From(new CumSumOperation<T>(input, axis, fromEnd));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, Apply(gradient, axis, !fromEnd));
}
