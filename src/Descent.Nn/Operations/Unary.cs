using System.Numerics;

namespace Descent.Nn;

/// <summary>A function of one number: how runs of numbers are mapped, and the gradient, made of differentiable operations.</summary>
internal interface IUnary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    void Apply(ReadOnlySpan<T> x, Span<T> y);

    /// <summary>∂x, from g = ∂y.</summary>
    Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g);
}

/// <summary>y = f(x), element by element.</summary>
internal sealed class UnaryOperation<T, TUnary>(Tensor<T> input, Tensor<T> output, TUnary function) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TUnary : struct, IUnary<T>
{
    public override string Name => NameOf(typeof(TUnary));

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, function.Backward(input, output, gradient));
}

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal Tensor<T> Map<TUnary>(TUnary function)
        where TUnary : struct, IUnary<T>
    {
        var result = Result(shape);
        if (Length < Blocks.LeastElements)
        {
            function.Apply(Span, result.Span);
        }
        else
        {
            MapBlocks(function, result);
        }

        return result.From(new UnaryOperation<T, TUnary>(this, result, function));
    }

    /// <summary>In a method of its own, so that small tensors make no closure.</summary>
    private void MapBlocks<TUnary>(TUnary function, Tensor<T> result)
        where TUnary : struct, IUnary<T> =>
        Blocks.Run(Length, Blocks.Elements, (start, end) => function.Apply(Span[start..end], result.Span[start..end]));

    /// <summary>A function whose gradient is 0 wherever it has one: the result is a constant.</summary>
    internal Tensor<T> MapToConstant(Func<T, T> function)
    {
        var result = Result(shape);
        var x = Span;
        var y = result.Span;
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = function(x[i]);
        }

        return result;
    }
}

/// <summary>The functions of one number, by family in several files.</summary>
internal static partial class Functions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static T Number(double value) => T.CreateChecked(value);
}
