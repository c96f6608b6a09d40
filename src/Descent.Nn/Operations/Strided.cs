using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

/// <summary>Which elements of a dense tensor a view has: element (i₀, i₁, …) is the one at offset + Σ iₐ·strideₐ.</summary>
internal sealed record StridedView(int Offset, int[] Strides, int[] Shape);

/// <summary>y = the elements that a view has, copied: ∂x is zeros with g added at them.</summary>
internal sealed class StridedOperation<T>(Tensor<T> input, StridedView view, string name) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    /// <summary>Copies what the view has of a tensor.</summary>
    public static Tensor<T> Apply(Tensor<T> input, StridedView view, string name)
    {
        var result = Tensor<T>.Result(view.Shape);
        Copy(input.Span, view, result.Span);
        return result.From(new StridedOperation<T>(input, view, name));
    }

    public static void Copy(ReadOnlySpan<T> source, StridedView view, Span<T> target)
    {
        var body = new Body(source, target);
        Runs.ForEach([.. view.Shape], Shapes.DenseStrides(view.Shape), [.. view.Strides], view.Offset, ref body);
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.AddAt(input, view, gradient, name);

    private readonly ref struct Body(ReadOnlySpan<T> source, Span<T> target) : IRunBody
    {
        private readonly ReadOnlySpan<T> source = source;
        private readonly Span<T> target = target;

        public void Run(int first, int firstStep, int second, int secondStep, int length)
        {
            if (secondStep == 1 && firstStep == 1)
            {
                source.Slice(second, length).CopyTo(target[first..]);
                return;
            }

            for (var i = 0; i < length; i++)
            {
                target[first + (i * firstStep)] = source[second + (i * secondStep)];
            }
        }
    }
}

/// <summary>y is zeros of a shape with x added at the elements that a view has: ∂x = those of g.</summary>
internal sealed class StridedSumOperation<T>(Tensor<T> input, StridedView view, string name) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    /// <summary>Adds a tensor of the view's shape into zeros of another.</summary>
    public static Tensor<T> Apply(Tensor<T> input, StridedView view, int[] shape, string name)
    {
        var result = Tensor<T>.Result(shape);
        result.Span.Clear();
        Add(input.Span, view, result.Span);
        return result.From(new StridedSumOperation<T>(input, view, name));
    }

    public static void Add(ReadOnlySpan<T> source, StridedView view, Span<T> target)
    {
        var body = new Body(source, target);
        Runs.ForEach([.. view.Shape], Shapes.DenseStrides(view.Shape), [.. view.Strides], view.Offset, ref body);
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, StridedOperation<T>.Apply(gradient, view, name));

    private readonly ref struct Body(ReadOnlySpan<T> source, Span<T> target) : IRunBody
    {
        private readonly ReadOnlySpan<T> source = source;
        private readonly Span<T> target = target;

        public void Run(int first, int firstStep, int second, int secondStep, int length)
        {
            if (secondStep == 1 && firstStep == 1)
            {
                var sum = target.Slice(second, length);
                TensorPrimitives.Add(sum, source.Slice(first, length), sum);
                return;
            }

            for (var i = 0; i < length; i++)
            {
                target[second + (i * secondStep)] += source[first + (i * firstStep)];
            }
        }
    }
}
