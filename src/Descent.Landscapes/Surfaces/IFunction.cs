using Descent.Landscapes.Numbers;

namespace Descent.Landscapes.Surfaces;

/// <summary>A function of x and y, or of x alone, written once for numbers of every order.</summary>
internal interface IFunction
{
    T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T>;
}
