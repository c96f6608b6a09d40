using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The same elements, in the same memory and order, with other sizes of the axes.</summary>
    /// <exception cref="DescentException">The new shape has another number of elements.</exception>
    public Tensor<T> Reshape(params ReadOnlySpan<int> newShape)
    {
        if (newShape.SequenceEqual(shape))
        {
            return this;
        }

        if (Shapes.Count(newShape) != Length)
        {
            throw new DescentException(
                $"Reshape needs as many elements as before, but shape {Shapes.Describe(shape)} has {Length} and {Shapes.Describe(newShape)} has {Shapes.Count(newShape)}.");
        }

        return View(newShape.ToArray()).From(new ReshapeOperation<T>(this));
    }
}

/// <summary>y = x in another shape: ∂x = g in x's shape.</summary>
internal sealed class ReshapeOperation<T>(Tensor<T> input) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient.Reshape(input.Shape));
}
