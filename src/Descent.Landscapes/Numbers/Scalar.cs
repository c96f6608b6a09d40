namespace Descent.Landscapes.Numbers;

/// <summary>The functions of the vocabulary, each with its derivatives, for numbers of every order.</summary>
public static class Scalar
{
    /// <summary>sin a.</summary>
    public static T Sin<T>(T a)
        where T : unmanaged, IScalar<T> =>
        Math.Sin(a.Value) is var sin && T.Order == 0 ? sin : T.Chain(a, sin, Math.Cos(a.Value), -sin);

    /// <summary>cos a.</summary>
    public static T Cos<T>(T a)
        where T : unmanaged, IScalar<T> =>
        Math.Cos(a.Value) is var cos && T.Order == 0 ? cos : T.Chain(a, cos, -Math.Sin(a.Value), -cos);

    /// <summary>tan a.</summary>
    public static T Tan<T>(T a)
        where T : unmanaged, IScalar<T>
    {
        var tan = Math.Tan(a.Value);
        return T.Chain(a, tan, 1 + (tan * tan), 2 * tan * (1 + (tan * tan)));
    }

    /// <summary>eᵃ.</summary>
    public static T Exp<T>(T a)
        where T : unmanaged, IScalar<T> =>
        Math.Exp(a.Value) is var exp ? T.Chain(a, exp, exp, exp) : default;

    /// <summary>The natural logarithm.</summary>
    public static T Log<T>(T a)
        where T : unmanaged, IScalar<T> =>
        T.Chain(a, Math.Log(a.Value), 1 / a.Value, -1 / (a.Value * a.Value));

    /// <summary>√a.</summary>
    public static T Sqrt<T>(T a)
        where T : unmanaged, IScalar<T>
    {
        var root = Math.Sqrt(a.Value);
        return T.Chain(a, root, 0.5 / root, -0.25 / (root * a.Value));
    }

    /// <summary>|a|; its derivative at the kink is taken to be 0.</summary>
    public static T Abs<T>(T a)
        where T : unmanaged, IScalar<T> =>
        T.Chain(a, Math.Abs(a.Value), double.IsNaN(a.Value) ? double.NaN : Math.Sign(a.Value), 0);

    /// <summary>The hyperbolic tangent.</summary>
    public static T Tanh<T>(T a)
        where T : unmanaged, IScalar<T>
    {
        var tanh = Math.Tanh(a.Value);
        return T.Chain(a, tanh, 1 - (tanh * tanh), -2 * tanh * (1 - (tanh * tanh)));
    }

    /// <summary>The smaller one, with its derivatives; the first where they are equal.</summary>
    public static T Min<T>(T a, T b)
        where T : unmanaged, IScalar<T> => b.Value < a.Value || double.IsNaN(b.Value) ? b : a;

    /// <summary>The larger one, with its derivatives; the first where they are equal.</summary>
    public static T Max<T>(T a, T b)
        where T : unmanaged, IScalar<T> => b.Value > a.Value || double.IsNaN(b.Value) ? b : a;

    /// <summary>a · a.</summary>
    public static T Square<T>(T a)
        where T : unmanaged, IScalar<T> => a * a;

    /// <summary>a to a constant power; whole powers up to 64 by multiplication.</summary>
    public static T Power<T>(T a, double exponent)
        where T : unmanaged, IScalar<T>
    {
        if (exponent == Math.Floor(exponent) && Math.Abs(exponent) <= 64)
        {
            var power = WholePower(a, (int)Math.Abs(exponent));
            return exponent < 0 ? 1.0 / power : power;
        }

        var x = a.Value;
        return T.Chain(a, Math.Pow(x, exponent), exponent * Math.Pow(x, exponent - 1), exponent * (exponent - 1) * Math.Pow(x, exponent - 2));
    }

    /// <summary>a to the power b, for a above 0.</summary>
    public static T Power<T>(T a, T b)
        where T : unmanaged, IScalar<T> => Exp(b * Log(a));

    /// <summary>A product in which a derivative of 0 stays 0, also against an infinite factor.</summary>
    internal static double Times(double factor, double derivative) => derivative == 0 ? 0 : factor * derivative;

    private static T WholePower<T>(T a, int exponent)
        where T : unmanaged, IScalar<T>
    {
        if (exponent == 0)
        {
            return 1;
        }

        var half = WholePower(a, exponent / 2);
        var even = exponent < 2 ? 1 : half * half;
        return exponent % 2 == 0 ? even : exponent == 1 ? a : even * a;
    }
}
