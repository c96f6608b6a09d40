namespace Descent.Landscapes.Numbers;

/// <summary>
/// A number in which a function of two variables is written once: a plain one (<see cref="Real"/>), one that carries its gradient
/// (<see cref="Dual"/>), or one that carries its Hessian too (<see cref="Jet"/>). Derivatives are exact: the chain rule, no differences.
/// </summary>
/// <typeparam name="T">The number itself.</typeparam>
public interface IScalar<T>
    where T : unmanaged, IScalar<T>
{
    /// <summary>How many derivatives the number carries: 0, 1 or 2.</summary>
    static abstract int Order { get; }

    /// <summary>The number without its derivatives.</summary>
    double Value { get; }

    /// <summary>a + b.</summary>
    static abstract T operator +(T a, T b);

    /// <summary>a − b.</summary>
    static abstract T operator -(T a, T b);

    /// <summary>a · b.</summary>
    static abstract T operator *(T a, T b);

    /// <summary>a ÷ b.</summary>
    static abstract T operator /(T a, T b);

    /// <summary>−a.</summary>
    static abstract T operator -(T a);

    /// <summary>A constant.</summary>
    static abstract implicit operator T(double constant);

    /// <summary>
    /// A function of one number by the chain rule. A derivative that is 0 stays 0 whatever it is multiplied by, so that √(x² + y²)
    /// has gradient 0 at the origin, as a cone is taken to have.
    /// </summary>
    /// <param name="inner">The argument.</param>
    /// <param name="value">The function at the argument.</param>
    /// <param name="first">Its first derivative there; not used by numbers of order 0.</param>
    /// <param name="second">Its second derivative there; not used by numbers of orders 0 and 1.</param>
    static abstract T Chain(T inner, double value, double first, double second);
}
