using System.Numerics;

namespace Descent.Nn;

/// <summary>A function of two numbers: how runs of numbers are combined, and the gradients, made of differentiable operations.</summary>
internal interface IBinary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y);

    void Apply(ReadOnlySpan<T> a, T b, Span<T> y);

    void Apply(T a, ReadOnlySpan<T> b, Span<T> y);

    /// <summary>∂a before it is summed over the axes that were broadcast, from g = ∂y.</summary>
    Tensor<T> ByLeft(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g);

    /// <summary>∂b before it is summed over the axes that were broadcast, from g = ∂y.</summary>
    Tensor<T> ByRight(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g);
}

/// <summary>y = f(a, b), element by element; the shapes broadcast.</summary>
internal sealed class BinaryOperation<T, TBinary>(Tensor<T> left, Tensor<T> right, Tensor<T> output, TBinary function) : Operation<T>(left, right)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBinary : struct, IBinary<T>
{
    public override string Name => NameOf(typeof(TBinary));

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (GradientSums<T>.Need(left))
        {
            sums.Add(left, function.ByLeft(left, right, output, gradient).SumTo(left.Shape));
        }

        if (GradientSums<T>.Need(right))
        {
            sums.Add(right, function.ByRight(left, right, output, gradient).SumTo(right.Shape));
        }
    }

    internal ref struct Body(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, TBinary function) : IRunBody
    {
        private readonly ReadOnlySpan<T> left = left;
        private readonly ReadOnlySpan<T> right = right;
        private readonly TBinary function = function;
        private Span<T> rest = result;

        public void Run(int first, int firstStep, int second, int secondStep, int length)
        {
            var target = rest[..length];
            rest = rest[length..];
            if (firstStep == 0)
            {
                // Both are never repeated in one run: an axis longer than 1 is that long in one of them.
                function.Apply(left[first], right.Slice(second, length), target);
            }
            else if (secondStep == 0)
            {
                function.Apply(left.Slice(first, length), right[second], target);
            }
            else
            {
                function.Apply(left.Slice(first, length), right.Slice(second, length), target);
            }
        }
    }
}

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static Tensor<T> Zip<TBinary>(TBinary function, Tensor<T> left, Tensor<T> right)
        where TBinary : struct, IBinary<T>
    {
        var result = ZipToConstant(function, left, right);
        return result.From(new BinaryOperation<T, TBinary>(left, right, result, function));
    }

    /// <summary>Adds a tensor of the same shape to this one's memory.</summary>
    internal void AddInPlace(Tensor<T> share)
    {
        if (Length < Blocks.LeastElements)
        {
            default(BinaryFunctions<T>.Add).Apply(Span, share.Span, Span);
        }
        else
        {
            ZipBlocks(default(BinaryFunctions<T>.Add), this, share, this);
        }
    }

    private static Tensor<T> ZipToConstant<TBinary>(TBinary function, Tensor<T> left, Tensor<T> right)
        where TBinary : struct, IBinary<T>
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Shape.SequenceEqual(right.Shape))
        {
            var same = Result(left.shape);
            if (same.Length < Blocks.LeastElements)
            {
                function.Apply(left.Span, right.Span, same.Span);
            }
            else
            {
                ZipBlocks(function, left, right, same);
            }

            return same;
        }

        var result = Result(Shapes.Broadcast(Operation<T>.NameOf(typeof(TBinary)), left.Shape, right.Shape));
        var body = new BinaryOperation<T, TBinary>.Body(left.Span, right.Span, result.Span, function);
        Runs.ForEach(result.Shape, left.Shape, right.Shape, ref body);
        return result;
    }

    /// <summary>In a method of its own, so that small tensors make no closure.</summary>
    private static void ZipBlocks<TBinary>(TBinary function, Tensor<T> left, Tensor<T> right, Tensor<T> result)
        where TBinary : struct, IBinary<T> =>
        Blocks.Run(result.Length, Blocks.Elements, (start, end) => function.Apply(left.Span[start..end], right.Span[start..end], result.Span[start..end]));
}

/// <summary>The functions of two numbers, by family in several files.</summary>
internal static partial class BinaryFunctions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
