using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The tensor repeated along axes of size 1, and along new axes in front, until it has <paramref name="newShape"/>.</summary>
    /// <exception cref="DescentException">The shape does not broadcast to the new one.</exception>
    public Tensor<T> Expand(params ReadOnlySpan<int> newShape)
    {
        if (newShape.SequenceEqual(shape))
        {
            return this;
        }

        if (!Shapes.Broadcast("Expand", shape, newShape).AsSpan().SequenceEqual(newShape))
        {
            throw new DescentException(
                $"Expand repeats axes of size 1 only, but was asked to make {Shapes.Describe(newShape)} of {Shapes.Describe(shape)}.");
        }

        var result = Result(newShape.ToArray());
        var body = new ExpandOperation<T>.Body(Span, result.Span);
        Runs.ForEach(newShape, newShape, shape, ref body);
        return result.From(new ExpandOperation<T>(this));
    }
}

/// <summary>y = x repeated: ∂x = g summed over the repetitions.</summary>
internal sealed class ExpandOperation<T>(Tensor<T> input) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient.SumTo(input.Shape));

    internal readonly ref struct Body(ReadOnlySpan<T> source, Span<T> target) : IRunBody
    {
        private readonly ReadOnlySpan<T> source = source;
        private readonly Span<T> target = target;

        public void Run(int first, int firstStep, int second, int secondStep, int length)
        {
            if (secondStep == 0)
            {
                target.Slice(first, length).Fill(source[second]);
            }
            else
            {
                source.Slice(second, length).CopyTo(target[first..]);
            }
        }
    }
}
