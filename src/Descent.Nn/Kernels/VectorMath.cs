using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.LinearAlgebra;

namespace Descent.Nn;

/// <summary>
/// Functions that kernels put between a load and a store. All polynomials are Chebyshev interpolations made for this file; errors are the largest
/// ones that tests find against double precision (of double: against the functions of <see cref="Math"/>).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal static class VectorMath<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>(tanh(x)/x − 1)/x² as a polynomial in x² ≤ 0.4: relative error of tanh 2e-9 and 2e-18.</summary>
    private static readonly T[] TanhNear = Numbers(
        [-0.333333331493745071, 0.133333001461889147, -0.0539584616274522014, 0.0217625029073592639, -0.00832318705827877452, 0.00226950168416235399],
        [
            -0.333333333333333328, 0.133333333333329623, -0.05396825396781054, 0.0218694885153523469, -0.00886323502430610598, 0.00359212076087084099,
            -0.00145576769406594546, 0.000589622148687205986, -0.000237467565982232508, 0.0000923274970808537096, -0.0000309291254738646702, 6.35434081485971921e-6,
        ]);

    /// <summary>(x + 5)·e^(x²/2)·(1 − Φ(x)) for x ≥ 0 as a polynomial in t = (x − 5)/(x + 5): relative error 1.2e-8 up to 13.5 and 4e-17 up to 38.7.</summary>
    private static readonly T[] NormalTail = Numbers(
        [
            0.76919304261, -0.6653824185, 0.49530637249, -0.31353601719, 0.16500596476, -0.069098898241, 0.020894687325, -0.0029978238349,
            -0.0010393857838, 0.00037585232873,
        ],
        [
            0.769193049750062965741, -0.665382502890056793303, 0.495305615969974213973, -0.313533156671296440326, 0.165020366170497407289,
            -0.0691186387065009268691, 0.0207950667976195407537, -0.00299337676879168844003, -0.000797869375216991111452, 0.000544899060362547035341,
            -0.0000593758654144413531146, -0.0000497628427447949161293, 0.0000166817054369031423253, 3.98115525999903809495e-6, -2.77033592138458829703e-6,
            -3.37455431238579652922e-7, 4.34475138532831711265e-7, 4.37290971451621082942e-8, -6.67150496593067037318e-8, -1.06158180178257296683e-8,
            7.64744388230675366216e-9, 2.23049118374751544492e-9,
        ]);

    /// <summary>eˣ for x ≤ 88 (float) or 709 (double); 0 below −87 or −708. Within 2 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp(Vector512<T> x) => Vector512.IsHardwareAccelerated
        ? Exp<Vector512<T>, Lanes512<T>>(x)
        : Vector512.Create(Exp<Vector256<T>, Lanes256<T>>(x.GetLower()), Exp<Vector256<T>, Lanes256<T>>(x.GetUpper()));

    /// <summary>1/(1 + e⁻ˣ), within 5 units in the last place; 0 where that is below 1e-37 (float) or 1e-307 (double).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sigmoid(Vector512<T> x) => Vector512.IsHardwareAccelerated
        ? Sigmoid<Vector512<T>, Lanes512<T>>(x)
        : Vector512.Create(Sigmoid<Vector256<T>, Lanes256<T>>(x.GetLower()), Sigmoid<Vector256<T>, Lanes256<T>>(x.GetUpper()));

    /// <summary>tanh x, within 3 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Tanh(Vector512<T> x) => Vector512.IsHardwareAccelerated
        ? Tanh<Vector512<T>, Lanes512<T>>(x)
        : Vector512.Create(Tanh<Vector256<T>, Lanes256<T>>(x.GetLower()), Tanh<Vector256<T>, Lanes256<T>>(x.GetUpper()));

    /// <summary>The normal distribution Φ(x), and √(2π) times its density: e^(−x²/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Normal(Vector512<T> x, out Vector512<T> density)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Normal<Vector512<T>, Lanes512<T>>(x, out density);
        }

        var lower = Normal<Vector256<T>, Lanes256<T>>(x.GetLower(), out var first);
        var upper = Normal<Vector256<T>, Lanes256<T>>(x.GetUpper(), out var second);
        density = Vector512.Create(first, second);
        return Vector512.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Exp<V, L>(V x)
        where V : struct
        where L : struct, IArithmeticLanes<T, V>
    {
        if (typeof(T) == typeof(double))
        {
            return L.Exp(x);
        }

        // eˣ = 2ⁿ·eʳ, n the integer nearest to x/ln 2: adding 1.5·2²³ leaves n in the last bits.
        var shift = Number<V, L>(12582912);
        var shifted = L.MultiplyAdd(x, Number<V, L>(1.44269504088896341), shift);
        var n = L.Subtract(shifted, shift);
        var r = L.MultiplyAdd(n, Number<V, L>(-0.693359375), x);
        r = L.MultiplyAdd(n, Number<V, L>(2.12194440e-4), r);

        // (eʳ − 1 − r)/r², relative error of eʳ 3e-11.
        var p = L.MultiplyAdd(Number<V, L>(0.0001989198131), r, Number<V, L>(0.001393454193));
        p = L.MultiplyAdd(p, r, Number<V, L>(0.008333310024));
        p = L.MultiplyAdd(p, r, Number<V, L>(0.04166645681));
        p = L.MultiplyAdd(p, r, Number<V, L>(0.1666666668));
        p = L.MultiplyAdd(p, r, Number<V, L>(0.5000000014));
        p = L.Add(L.MultiplyAdd(p, L.Multiply(r, r), r), Number<V, L>(1));
        return L.SelectLess(x, Number<V, L>(-87), Number<V, L>(0), L.Scale(p, shifted));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sigmoid<V, L>(V x)
        where V : struct
        where L : struct, IArithmeticLanes<T, V>
    {
        var (zero, one) = (Number<V, L>(0), Number<V, L>(1));
        var e = Exp<V, L>(L.Subtract(zero, L.Abs(x)));
        return L.Divide(L.SelectLess(x, zero, e, one), L.Add(one, e));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Tanh<V, L>(V x)
        where V : struct
        where L : struct, IArithmeticLanes<T, V>
    {
        var (one, square) = (Number<V, L>(1), L.Multiply(x, x));
        var e = Exp<V, L>(L.Multiply(L.Abs(x), Number<V, L>(-2)));
        var far = L.CopySign(L.Divide(L.Subtract(one, e), L.Add(one, e)), x);
        var near = L.MultiplyAdd(L.Multiply(Polynomial<V, L>(TanhNear, square), square), x, x);
        return L.SelectLess(square, Number<V, L>(0.4), near, far);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Normal<V, L>(V x, out V density)
        where V : struct
        where L : struct, IArithmeticLanes<T, V>
    {
        var one = Number<V, L>(1);
        density = Exp<V, L>(L.Multiply(L.Multiply(x, x), Number<V, L>(-0.5)));
        var inverse = L.Divide(one, L.Add(L.Abs(x), Number<V, L>(5)));
        var t = L.MultiplyAdd(inverse, Number<V, L>(-10), one);
        var tail = L.Multiply(L.Multiply(Polynomial<V, L>(NormalTail, t), inverse), density);
        return L.SelectLess(x, Number<V, L>(0), tail, L.Subtract(one, tail));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Polynomial<V, L>(T[] coefficients, V x)
        where V : struct
        where L : struct, IArithmeticLanes<T, V>
    {
        var sum = L.Broadcast(coefficients[^1]);
        for (var i = coefficients.Length - 2; i >= 0; i--)
        {
            sum = L.MultiplyAdd(sum, x, L.Broadcast(coefficients[i]));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Number<V, L>(double number)
        where V : struct
        where L : struct, IArithmeticLanes<T, V> => L.Broadcast(typeof(T) == typeof(float) ? (T)(object)(float)number : (T)(object)number);

    private static T[] Numbers(double[] single, double[] twice) => Array.ConvertAll(typeof(T) == typeof(float) ? single : twice, T.CreateChecked);
}
