using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>x where x &gt; 0, else slope·x, of every element; the gradient at 0 is the slope.</summary>
    public Tensor<T> LeakyRelu(double slope = 0.01) => Map(new Functions<T>.LeakyRelu(T.CreateChecked(slope)));

    /// <summary>x where x &gt; 0, else α·(eˣ − 1), of every element.</summary>
    public Tensor<T> Elu(double alpha = 1) => Map(new Functions<T>.Elu(T.CreateChecked(alpha)));

    /// <summary>x·σ(x) of every element (swish).</summary>
    public Tensor<T> Silu() => Map(default(Functions<T>.Silu));

    /// <summary>x·Φ(x) of every element, where Φ is the normal distribution's: ½·x·(1 + erf(x/√2)).</summary>
    /// <remarks>Source: Hendrycks, Gimpel, "Gaussian Error Linear Units (GELUs)", 2016, <see href="https://arxiv.org/abs/1606.08415"/>.</remarks>
    /// <param name="approximate">Whether to take ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) for it.</param>
    public Tensor<T> Gelu(bool approximate = false)
    {
        if (!approximate)
        {
            return Map(default(Functions<T>.Gelu));
        }

        var inner = (this + (Pow(T.CreateChecked(3)) * T.CreateChecked(0.044715))) * T.CreateChecked(Math.Sqrt(2 / Math.PI));
        return this * T.CreateChecked(0.5) * (inner.Tanh() + T.One);
    }
}

internal static partial class Functions<T>
{
    /// <summary>y = x or slope·x: ∂x = g or slope·g.</summary>
    public readonly struct LeakyRelu(T slope) : IUnary<T>
    {
        private readonly T slope = slope;

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            for (var i = 0; i < x.Length; i++)
            {
                y[i] = x[i] > T.Zero ? x[i] : slope * x[i];
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g)
        {
            var below = slope;
            return g * x.MapToConstant(element => element > T.Zero ? T.One : below);
        }
    }

    /// <summary>y = x or α·(eˣ − 1): ∂x = g or g·(y + α).</summary>
    public readonly struct Elu(T alpha) : IUnary<T>
    {
        private readonly T alpha = alpha;

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            for (var i = 0; i < x.Length; i++)
            {
                y[i] = x[i] > T.Zero ? x[i] : alpha * Expm1.Of(x[i]);
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * (y + alpha).MaskedFill(x.GreaterThan(T.Zero), T.One);
    }

    /// <summary>y = x·s, s = σ(x): ∂x = g·(s + y·(1 − s)).</summary>
    public readonly struct Silu : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            TensorPrimitives.Sigmoid(x, y);
            TensorPrimitives.Multiply(x, y, y);
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g)
        {
            var s = x.Sigmoid();
            return g * (s + y - (y * s));
        }
    }

    /// <summary>y = x·Φ(x): ∂x = g·(Φ(x) + x·φ(x)).</summary>
    public readonly struct Gelu : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            for (var i = 0; i < x.Length; i += Vector512<T>.Count)
            {
                var v = Vectors.Load(x, i);
                (v * VectorMath<T>.Normal(v, out _)).Store(y, i);
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g)
        {
            if (Autograd.IsRecording)
            {
                return g * x.Map(default(GeluSlope));
            }

            var result = Tensor<T>.Result(x.Shape.ToArray());
            Blocks.Run(x.Length, Blocks.Elements, (start, end) => GeluSlope.Multiply(x.Span[start..end], g.Span[start..end], result.Span[start..end]));
            return result;
        }
    }

    /// <summary>y = Φ(x) + x·φ(x), φ(x) = e^(−x²/2)/√(2π): ∂x = g·(2 − x²)·φ(x).</summary>
    public readonly struct GeluSlope : IUnary<T>
    {
        /// <summary>y = g·(Φ(x) + x·φ(x)) in one pass.</summary>
        public static void Multiply(ReadOnlySpan<T> x, ReadOnlySpan<T> g, Span<T> y)
        {
            for (var i = 0; i < x.Length; i += Vector512<T>.Count)
            {
                (Vectors.Load(g, i) * Of(Vectors.Load(x, i))).Store(y, i);
            }
        }

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            for (var i = 0; i < x.Length; i += Vector512<T>.Count)
            {
                Of(Vectors.Load(x, i)).Store(y, i);
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g)
        {
            var square = x.Square();
            return g * ((square - Number(2)) * ((square * Number(-0.5)).Exp() * Number(-1 / Math.Sqrt(2 * Math.PI))));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<T> Of(Vector512<T> x)
        {
            var distribution = VectorMath<T>.Normal(x, out var density);
            return Vectors.MultiplyAdd(x * density, Vectors.All<T>(0.398942280401432678), distribution);
        }
    }
}
