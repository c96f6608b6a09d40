using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The same elements, in the same memory and order, with other sizes of the axes.</summary>
    /// <param name="newShape">The sizes; one of them may be −1: what is left for it.</param>
    /// <exception cref="DescentException">The new shape has another number of elements.</exception>
    public Tensor<T> Reshape(params ReadOnlySpan<int> newShape)
    {
        var free = newShape.IndexOf(-1);
        if (free >= 0)
        {
            var rest = Shapes.Count(Shapes.With(newShape, free, 1));
            if (rest == 0 || Length % rest != 0)
            {
                throw new DescentException($"Reshape cannot make {Shapes.Describe(newShape)} of shape {Shapes.Describe(shape)}, which has {Length} elements.");
            }

            newShape = Shapes.With(newShape, free, Length / rest);
        }

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

    /// <summary>A new axis of size 1.</summary>
    /// <param name="axis">Where it is in the result, from −rank − 1 to rank.</param>
    /// <exception cref="DescentException">The axis is out of range.</exception>
    public Tensor<T> Unsqueeze(int axis)
    {
        var position = Shapes.Axis("Unsqueeze", axis, Rank + 1);
        return Reshape([.. shape[..position], 1, .. shape[position..]]);
    }

    /// <summary>The tensor without an axis of size 1.</summary>
    /// <exception cref="DescentException">The axis does not exist or has another size.</exception>
    public Tensor<T> Squeeze(int axis)
    {
        var position = Shapes.Axis("Squeeze", axis, Rank);
        return shape[position] == 1
            ? Reshape([.. shape[..position], .. shape[(position + 1)..]])
            : throw new DescentException($"Squeeze removes an axis of size 1, but axis {axis} of shape {Shapes.Describe(shape)} has size {shape[position]}.");
    }

    /// <summary>The axes from one on joined into one.</summary>
    /// <exception cref="DescentException">The axis does not exist.</exception>
    public Tensor<T> Flatten(int from = 0)
    {
        var position = Rank == 0 ? 0 : Shapes.Axis("Flatten", from, Rank);
        return Reshape([.. shape[..position], Shapes.Count(shape.AsSpan(position))]);
    }
}

/// <summary>y = x in another shape: ∂x = g in x's shape.</summary>
internal sealed class ReshapeOperation<T>(Tensor<T> input) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient.Reshape(input.Shape));
}
