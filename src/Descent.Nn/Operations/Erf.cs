using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The error function 2/√π·∫₀ˣ e^(−t²) dt of every element; within 3 units in the last place.</summary>
    public Tensor<T> Erf() => Map(default(Functions<T>.Erf));
}

internal static partial class Functions<T>
{
    /// <summary>y = erf x: ∂x = g·2/√π·e^(−x²).</summary>
    public readonly struct Erf : IUnary<T>
    {
        private const int Stretch = 256;

        /// <summary>erf(x)/x for |x| ≤ 1 as a polynomial in x²: Chebyshev interpolation, relative error 9e-18.</summary>
        private static readonly T[] Near =
        [
            .. new double[]
            {
                1.128379167095512567, -0.3761263890318354044, 0.1128379167094500627, -0.02686617064323777036, 0.005223977607116422732, -0.0008548325975389692081,
                0.0001205529490483970792, -0.00001492473690741966034, 1.644742470331736241e-6, -1.62084838018717059e-7, 1.37200645467776856e-8, -7.795898827002142242e-10,
            }.Select(Number),
        ];

        /// <summary>(x + 3)·e^(x²)·erfc(x) for 1 ≤ x ≤ 6 as a polynomial in (12·t + 1)/5, t = (x − 3)/(x + 3); relative error 5e-18.</summary>
        private static readonly T[] Far =
        [
            .. new double[]
            {
                1.151907459692836773, -0.4118820962100305295, 0.1168367375380209744, -0.02547407279997865816, 0.003933868783793912514, -0.0003235437878943303418,
                -0.00001608776471311338976, 7.246254980117544867e-6, -2.819940504141860285e-7, -1.335302417554932584e-7, 1.144981440331053745e-8, 2.942633044174455571e-9,
                -2.976785500457760405e-10, -8.092078905302346345e-11, 6.073264142129950013e-12, 2.261487851182124896e-12, -6.06461768302788077e-14,
            }.Select(Number),
        ];

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            Span<T> decay = stackalloc T[Stretch];
            for (var start = 0; start < x.Length; start += Stretch)
            {
                var length = Math.Min(Stretch, x.Length - start);
                var part = x.Slice(start, length);
                var result = decay[..length];
                TensorPrimitives.Multiply(part, part, result);
                TensorPrimitives.Negate<T>(result, result);
                TensorPrimitives.Exp<T>(result, result);
                Combine(part, result, y.Slice(start, length));
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * ((-x.Square()).Exp() * Number(1.1283791670955126));

        private static void Combine(ReadOnlySpan<T> x, ReadOnlySpan<T> decay, Span<T> y)
        {
            var i = 0;
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var v = new Vector<T>(x[i..]);
                var size = Vector.Min(Vector.Abs(v), new Vector<T>(Number(6)));
                var t = (size - new Vector<T>(Number(3))) / (size + new Vector<T>(Number(3)));
                var far = Vector<T>.One - (new Vector<T>(decay[i..]) * Polynomial(Far, (t * Number(2.4)) + new Vector<T>(Number(0.2))) / (size + new Vector<T>(Number(3))));
                var near = v * Polynomial(Near, v * v);
                var signed = Vector.ConditionalSelect(Vector.LessThan(v, Vector<T>.Zero), -far, far);
                var inner = Vector.LessThanOrEqual(Vector.Abs(v), Vector<T>.One);
                var known = Vector.ConditionalSelect(inner, near, signed);
                Vector.ConditionalSelect(Vector.Equals(v, v), known, v).CopyTo(y[i..]);
            }

            for (; i < x.Length; i++)
            {
                var size = T.Min(T.Abs(x[i]), Number(6));
                var t = (size - Number(3)) / (size + Number(3));
                y[i] = T.Abs(x[i]) <= T.One
                    ? x[i] * Polynomial(Near, x[i] * x[i])
                    : T.CopySign(T.One - (decay[i] * Polynomial(Far, (t * Number(2.4)) + Number(0.2)) / (size + Number(3))), x[i]);
            }
        }

        private static Vector<T> Polynomial(T[] coefficients, Vector<T> z)
        {
            var sum = new Vector<T>(coefficients[^1]);
            for (var i = coefficients.Length - 2; i >= 0; i--)
            {
                sum = (sum * z) + new Vector<T>(coefficients[i]);
            }

            return sum;
        }

        private static T Polynomial(T[] coefficients, T z)
        {
            var sum = coefficients[^1];
            for (var i = coefficients.Length - 2; i >= 0; i--)
            {
                sum = (sum * z) + coefficients[i];
            }

            return sum;
        }
    }
}
