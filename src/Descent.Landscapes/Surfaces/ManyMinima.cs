using Descent.Landscapes.Numbers;

namespace Descent.Landscapes.Surfaces;

/// <summary>(x² + y − 11)² + (x + y² − 7)² (Himmelblau, 1972).</summary>
internal readonly struct Himmelblau : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => Scalar.Square((x * x) + y - 11) + Scalar.Square(x + (y * y) - 7);
}

/// <summary>20 + Σ(x² − 10cos 2πx) (Rastrigin, 1974).</summary>
internal readonly struct Rastrigin : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => 20 + Term(x) + Term(y);

    private static T Term<T>(T x)
        where T : unmanaged, IScalar<T> => (x * x) - (10 * Scalar.Cos(2 * Math.PI * x));
}

/// <summary>−20e^(−0.2√((x² + y²)/2)) − e^((cos 2πx + cos 2πy)/2) + 20 + e (Ackley, 1987).</summary>
internal readonly struct Ackley : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T>
    {
        T r = Scalar.Sqrt(((x * x) + (y * y)) / 2);
        T c = (Scalar.Cos(2 * Math.PI * x) + Scalar.Cos(2 * Math.PI * y)) / 2;
        return (-20 * Scalar.Exp(-0.2 * r)) - Scalar.Exp(c) + 20 + Math.E;
    }
}

/// <summary>(4 − 2.1x² + x⁴/3)x² + xy + (−4 + 4y²)y².</summary>
internal readonly struct SixHump : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T>
    {
        T xx = x * x, yy = y * y;
        return ((4 - (2.1 * xx) + (xx * xx / 3)) * xx) + (x * y) + ((-4 + (4 * yy)) * yy);
    }
}

/// <summary>½Σ(x⁴ − 16x² + 5x) (Styblinski, Tang, 1990).</summary>
internal readonly struct StyblinskiTang : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => 0.5 * (Term(x) + Term(y));

    private static T Term<T>(T x)
        where T : unmanaged, IScalar<T> => Scalar.Power(x, 4) - (16 * x * x) + (5 * x);
}

/// <summary>Two basins of different depth in a wide bowl.</summary>
internal readonly struct TwoBasins : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> =>
        (0.1 * ((x * x) + (y * y)))
        - (1.5 * Scalar.Exp(-2 * (Scalar.Square(x - 1.5) + (y * y))))
        - (2.5 * Scalar.Exp(-2 * (Scalar.Square(x + 1.5) + (y * y))));
}
