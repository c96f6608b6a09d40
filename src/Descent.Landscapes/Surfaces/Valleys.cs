using Descent.Landscapes.Numbers;

namespace Descent.Landscapes.Surfaces;

/// <summary>(1 − x)² + b(y − x²)² (Rosenbrock, 1960).</summary>
internal readonly struct Rosenbrock(double b) : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => Scalar.Square(1 - x) + (b * Scalar.Square(y - (x * x)));
}

/// <summary>Σₖ (cₖ − x + xyᵏ)² (Beale, 1958).</summary>
internal readonly struct Beale : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> =>
        Scalar.Square(1.5 - x + (x * y)) + Scalar.Square(2.25 - x + (x * y * y)) + Scalar.Square(2.625 - x + (x * Scalar.Power(y, 3)));
}

/// <summary>1 − e^(−(x² + y²)/2): flat far away.</summary>
internal readonly struct Plateau : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => 1 - Scalar.Exp(-((x * x) + (y * y)) / 2);
}
