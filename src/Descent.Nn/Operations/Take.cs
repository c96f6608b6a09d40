using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

/// <summary>y = blocks of x, one for each entry of a map, zeros where it is negative: ∂x is zeros with the blocks of g added where they came from.</summary>
internal sealed class TakeOperation<T>(Tensor<T> input, int[] map, int block, string name) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    /// <summary>The blocks side by side, in a shape of as many elements.</summary>
    public static Tensor<T> Apply(Tensor<T> input, int[] map, int block, int[] shape, string name)
    {
        var result = Tensor<T>.Result(shape);
        var source = input.Span;
        var target = result.Span;
        for (var i = 0; i < map.Length; i++)
        {
            if (map[i] < 0)
            {
                target.Slice(i * block, block).Clear();
            }
            else if (block == 1)
            {
                target[i] = source[map[i]];
            }
            else
            {
                source.Slice(map[i] * block, block).CopyTo(target[(i * block)..]);
            }
        }

        return result.From(new TakeOperation<T>(input, map, block, name));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.AddBlocks(input, map, block, gradient, name);
}

/// <summary>y is zeros with the blocks of x added where a map says: ∂x = the blocks of g from there.</summary>
internal sealed class PutOperation<T>(Tensor<T> input, int[] map, int block, string name) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    public static Tensor<T> Apply(Tensor<T> input, int[] map, int block, int[] shape, string name)
    {
        var result = Tensor<T>.Result(shape);
        var source = input.Span;
        var target = result.Span;
        target.Clear();
        for (var i = 0; i < map.Length; i++)
        {
            if (map[i] < 0)
            {
                continue;
            }

            if (block == 1)
            {
                target[map[i]] += source[i];
            }
            else
            {
                var sum = target.Slice(map[i] * block, block);
                TensorPrimitives.Add(sum, source.Slice(i * block, block), sum);
            }
        }

        return result.From(new PutOperation<T>(input, map, block, name));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, TakeOperation<T>.Apply(gradient, map, block, input.Shape.ToArray(), name));
}
