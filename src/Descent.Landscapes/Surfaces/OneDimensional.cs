using Descent.Landscapes.Numbers;

namespace Descent.Landscapes.Surfaces;

/// <summary>(x − 3)².</summary>
internal readonly struct Parabola : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => Scalar.Square(x - 3);
}

/// <summary>x².</summary>
internal readonly struct Square : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => x * x;
}

/// <summary>x⁴ − 3x³ + 2: a minimum, and an inflection where the slope is 0.</summary>
internal readonly struct Quartic : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => Scalar.Power(x, 4) - (3 * Scalar.Power(x, 3)) + 2;
}

/// <summary>A sharp pit and a flat basin of nearly the same depth.</summary>
internal readonly struct SharpFlat : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> =>
        1.2 - Scalar.Exp(-Scalar.Square(x + 2) / 2) - (1.1 * Scalar.Exp(-Scalar.Square(x - 2) / 0.045)) + (0.02 * x * x);
}
