namespace Descent.Landscapes.Numbers;

/// <summary>A number with its first and second derivatives by x and y.</summary>
/// <param name="Value">The number.</param>
/// <param name="X">∂/∂x.</param>
/// <param name="Y">∂/∂y.</param>
/// <param name="XX">∂²/∂x².</param>
/// <param name="XY">∂²/∂x∂y.</param>
/// <param name="YY">∂²/∂y².</param>
public readonly record struct Jet(double Value, double X, double Y, double XX, double XY, double YY) : IScalar<Jet>
{
    /// <inheritdoc/>
    public static int Order => 2;

    /// <inheritdoc/>
    public static Jet operator +(Jet a, Jet b) => new(a.Value + b.Value, a.X + b.X, a.Y + b.Y, a.XX + b.XX, a.XY + b.XY, a.YY + b.YY);

    /// <inheritdoc/>
    public static Jet operator -(Jet a, Jet b) => new(a.Value - b.Value, a.X - b.X, a.Y - b.Y, a.XX - b.XX, a.XY - b.XY, a.YY - b.YY);

    /// <inheritdoc/>
    public static Jet operator *(Jet a, Jet b) => new(
        a.Value * b.Value,
        Scalar.Times(b.Value, a.X) + Scalar.Times(a.Value, b.X),
        Scalar.Times(b.Value, a.Y) + Scalar.Times(a.Value, b.Y),
        Scalar.Times(b.Value, a.XX) + (2 * Scalar.Times(a.X, b.X)) + Scalar.Times(a.Value, b.XX),
        Scalar.Times(b.Value, a.XY) + Scalar.Times(a.X, b.Y) + Scalar.Times(a.Y, b.X) + Scalar.Times(a.Value, b.XY),
        Scalar.Times(b.Value, a.YY) + (2 * Scalar.Times(a.Y, b.Y)) + Scalar.Times(a.Value, b.YY));

    /// <inheritdoc/>
    public static Jet operator /(Jet a, Jet b)
    {
        // From a = q·b: q′ = (a′ − q·b′)/b, and the same once more.
        var q = a.Value / b.Value;
        var (x, y) = ((a.X - Scalar.Times(q, b.X)) / b.Value, (a.Y - Scalar.Times(q, b.Y)) / b.Value);
        return new(
            q,
            x,
            y,
            (a.XX - Scalar.Times(q, b.XX) - (2 * Scalar.Times(x, b.X))) / b.Value,
            (a.XY - Scalar.Times(q, b.XY) - Scalar.Times(x, b.Y) - Scalar.Times(y, b.X)) / b.Value,
            (a.YY - Scalar.Times(q, b.YY) - (2 * Scalar.Times(y, b.Y))) / b.Value);
    }

    /// <inheritdoc/>
    public static Jet operator -(Jet a) => new(-a.Value, -a.X, -a.Y, -a.XX, -a.XY, -a.YY);

    /// <inheritdoc/>
    public static implicit operator Jet(double constant) => new(constant, 0, 0, 0, 0, 0);

    /// <inheritdoc/>
    public static Jet Chain(Jet inner, double value, double first, double second) => new(
        value,
        Scalar.Times(first, inner.X),
        Scalar.Times(first, inner.Y),
        Scalar.Times(first, inner.XX) + Scalar.Times(second, inner.X * inner.X),
        Scalar.Times(first, inner.XY) + Scalar.Times(second, inner.X * inner.Y),
        Scalar.Times(first, inner.YY) + Scalar.Times(second, inner.Y * inner.Y));
}
