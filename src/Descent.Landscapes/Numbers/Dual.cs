namespace Descent.Landscapes.Numbers;

/// <summary>A number with its derivatives by x and y (dual numbers; Clifford, 1873).</summary>
/// <param name="Value">The number.</param>
/// <param name="X">∂/∂x.</param>
/// <param name="Y">∂/∂y.</param>
public readonly record struct Dual(double Value, double X, double Y) : IScalar<Dual>
{
    /// <inheritdoc/>
    public static int Order => 1;

    /// <inheritdoc/>
    public static Dual operator +(Dual a, Dual b) => new(a.Value + b.Value, a.X + b.X, a.Y + b.Y);

    /// <inheritdoc/>
    public static Dual operator -(Dual a, Dual b) => new(a.Value - b.Value, a.X - b.X, a.Y - b.Y);

    /// <inheritdoc/>
    public static Dual operator *(Dual a, Dual b) => new(
        a.Value * b.Value,
        Scalar.Times(b.Value, a.X) + Scalar.Times(a.Value, b.X),
        Scalar.Times(b.Value, a.Y) + Scalar.Times(a.Value, b.Y));

    /// <inheritdoc/>
    public static Dual operator /(Dual a, Dual b)
    {
        var quotient = a.Value / b.Value;
        return new(
            quotient,
            (a.X - Scalar.Times(quotient, b.X)) / b.Value,
            (a.Y - Scalar.Times(quotient, b.Y)) / b.Value);
    }

    /// <inheritdoc/>
    public static Dual operator -(Dual a) => new(-a.Value, -a.X, -a.Y);

    /// <inheritdoc/>
    public static implicit operator Dual(double constant) => new(constant, 0, 0);

    /// <inheritdoc/>
    public static Dual Chain(Dual inner, double value, double first, double second) =>
        new(value, Scalar.Times(first, inner.X), Scalar.Times(first, inner.Y));
}
