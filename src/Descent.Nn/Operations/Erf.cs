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
            Span<T> scratch = stackalloc T[3 * Stretch];
            for (var start = 0; start < x.Length; start += Stretch)
            {
                var length = Math.Min(Stretch, x.Length - start);
                Apply(x.Slice(start, length), y.Slice(start, length), scratch[..length], scratch.Slice(Stretch, length), scratch.Slice(2 * Stretch, length));
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * ((-x.Square()).Exp() * Number(1.1283791670955126));

        /// <summary>Both polynomials of a stretch, one coefficient after the other over all of it, so that no element waits for itself.</summary>
        private static void Apply(ReadOnlySpan<T> x, Span<T> y, Span<T> near, Span<T> far, Span<T> scratch)
        {
            // far = 1 − e^(−x²)·P(t)/(|x| + 3), t = (|x| − 3)/(|x| + 3) = 1 − 6/(|x| + 3)
            TensorPrimitives.Abs(x, scratch);
            TensorPrimitives.Min(scratch, Number(6), scratch);
            TensorPrimitives.Add(scratch, Number(3), scratch);
            TensorPrimitives.Divide(Number(-14.4), scratch, near);
            TensorPrimitives.Add(near, Number(2.6), near);
            Polynomial(Far, near, far);
            TensorPrimitives.Divide<T>(far, scratch, far);
            TensorPrimitives.Multiply(x, x, scratch);
            Polynomial(Near, scratch, near);
            TensorPrimitives.Negate<T>(scratch, scratch);
            TensorPrimitives.Exp<T>(scratch, scratch);
            TensorPrimitives.Multiply<T>(far, scratch, far);
            TensorPrimitives.Subtract(T.One, far, far);
            TensorPrimitives.Multiply(near, x, near);
            var i = 0;
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var (v, outer) = (new Vector<T>(x[i..]), new Vector<T>(far[i..]));
                var signed = Vector.ConditionalSelect(Vector.LessThan(v, Vector<T>.Zero), -outer, outer);
                Vector.ConditionalSelect(Vector.LessThanOrEqual(Vector.Abs(v), Vector<T>.One), new Vector<T>(near[i..]), signed).CopyTo(y[i..]);
            }

            for (; i < x.Length; i++)
            {
                y[i] = T.Abs(x[i]) <= T.One ? near[i] : T.CopySign(far[i], x[i]);
            }
        }

        private static void Polynomial(T[] coefficients, ReadOnlySpan<T> z, Span<T> sum)
        {
            sum.Fill(coefficients[^1]);
            for (var i = coefficients.Length - 2; i >= 0; i--)
            {
                TensorPrimitives.MultiplyAdd(sum, z, coefficients[i], sum);
            }
        }
    }
}
