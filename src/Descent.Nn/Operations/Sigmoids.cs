using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The hyperbolic tangent of every element.</summary>
    public Tensor<T> Tanh() => Map(default(Functions<T>.Tanh));

    /// <summary>1/(1 + e⁻ˣ) of every element.</summary>
    public Tensor<T> Sigmoid() => Map(default(Functions<T>.Sigmoid));

    /// <summary>log(1 + e^(β·x))/β of every element, without overflow and exact also where it is tiny.</summary>
    /// <param name="beta">β, how sharp the bend is; above 0.</param>
    /// <exception cref="DescentException">β is not a positive number.</exception>
    public Tensor<T> Softplus(double beta = 1) => beta > 0 && double.IsFinite(beta)
        ? Map(new Functions<T>.Softplus(T.CreateChecked(beta)))
        : throw new DescentException($"The beta of a softplus must be a number above 0, but was {beta:R}.");

    /// <summary>log(1/(1 + e⁻ˣ)) = −softplus(−x) of every element.</summary>
    public Tensor<T> LogSigmoid() => -(-this).Softplus();
}

internal static partial class Functions<T>
{
    /// <summary>y = tanh x: ∂x = g·(1 − y²).</summary>
    public readonly struct Tanh : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Tanh(x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g - (g * y.Square());
    }

    /// <summary>y = σ(x): ∂x = g·(y − y²).</summary>
    public readonly struct Sigmoid : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Sigmoid(x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * (y - y.Square());
    }

    /// <summary>y = log(1 + e^(β·x))/β = max(x, 0) + log(1 + e^(−β·|x|))/β: ∂x = g·σ(β·x).</summary>
    public readonly struct Softplus(T beta) : IUnary<T>
    {
        private readonly T beta = beta;

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            for (var i = 0; i < x.Length; i++)
            {
                y[i] = T.Max(x[i], T.Zero) + (Log1p.Of(T.Exp(-beta * T.Abs(x[i]))) / beta);
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * (x * beta).Sigmoid();
    }
}
