using Descent.Landscapes.Numbers;

namespace Descent.Landscapes.Surfaces;

/// <summary>x² + y².</summary>
internal readonly struct Bowl : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => (x * x) + (y * y);
}

/// <summary>½(a·x² + b·y²), whose condition number is b/a.</summary>
internal readonly struct KappaBowl(double a, double b) : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => 0.5 * ((a * x * x) + (b * y * y));
}

/// <summary>45x² + 0.1y².</summary>
internal readonly struct Ravine : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => (45 * x * x) + (0.1 * y * y);
}

/// <summary>(x + 2y − 7)² + (2x + y − 5)²: its axes are not those of the coordinates.</summary>
internal readonly struct Booth : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => Scalar.Square(x + (2 * y) - 7) + Scalar.Square((2 * x) + y - 5);
}

/// <summary>0.26(x² + y²) − 0.48xy.</summary>
internal readonly struct Matyas : IFunction
{
    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T> => (0.26 * ((x * x) + (y * y))) - (0.48 * x * y);
}
