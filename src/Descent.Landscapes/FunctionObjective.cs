using Descent.Landscapes.Numbers;
using Descent.Landscapes.Surfaces;

namespace Descent.Landscapes;

/// <summary>An objective that is a function written once.</summary>
internal sealed class FunctionObjective<TFunction>(TFunction function, int dimension) : Objective(dimension)
    where TFunction : IFunction
{
    public override double Value(ReadOnlySpan<double> point)
    {
        var (x, y) = Pair(point);
        return function.Of<Real>(x, y).Value;
    }

    public override double Gradient(ReadOnlySpan<double> point, Span<double> gradient)
    {
        var (x, y) = Pair(point);
        var value = function.Of(new Dual(x, 1, 0), new Dual(y, 0, Dimension - 1));
        gradient[0] = value.X;
        if (Dimension == 2)
        {
            gradient[1] = value.Y;
        }

        return value.Value;
    }

    public override double Hessian(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian)
    {
        var (x, y) = Pair(point);
        var value = function.Of(new Jet(x, 1, 0, 0, 0, 0), new Jet(y, 0, Dimension - 1, 0, 0, 0));
        (gradient[0], hessian[0]) = (value.X, value.XX);
        if (Dimension == 2)
        {
            gradient[1] = value.Y;
            (hessian[1], hessian[2], hessian[3]) = (value.XY, value.XY, value.YY);
        }

        return value.Value;
    }

    private (double X, double Y) Pair(ReadOnlySpan<double> point) => (point[0], Dimension == 2 ? point[1] : 0);
}
