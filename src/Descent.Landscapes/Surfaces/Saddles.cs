using Descent.Landscapes.Numbers;

namespace Descent.Landscapes.Surfaces;

/// <summary>x² − y².</summary>
internal readonly struct Saddle : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => (x * x) - (y * y);
}

/// <summary>x² − y² + y⁴/4: a saddle between two minima.</summary>
internal readonly struct DoubleWell : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => (x * x) - (y * y) + (Scalar.Power(y, 4) / 4);
}

/// <summary>x³ − 3xy²: a saddle whose Hessian is 0.</summary>
internal readonly struct MonkeySaddle : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => Scalar.Power(x, 3) - (3 * x * y * y);
}
