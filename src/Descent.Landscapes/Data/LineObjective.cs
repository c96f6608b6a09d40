using Descent.Landscapes.Numbers;
using Descent.Landscapes.Surfaces;

namespace Descent.Landscapes.Data;

/// <summary>factor · mean of (prediction − y)² over points, for the line θx or wx + b.</summary>
internal sealed class LineObjective : Objective
{
    internal const int MostPoints = 1_000;
    private readonly (double X, double Y)[] points;
    private readonly double factor;
    private readonly int[] all;

    public LineObjective(IReadOnlyList<(double X, double Y)> points, double factor, bool withIntercept)
        : base(withIntercept ? 2 : 1)
    {
        (this.points, this.factor) = ([.. points], factor);
        all = [.. Enumerable.Range(0, points.Count)];
    }

    public override int Examples => points.Length;

    /// <summary>The same line on other points.</summary>
    public LineObjective On(double[][] others)
    {
        if (others.Length is < 1 or > MostPoints || Array.Exists(others, point => point is not [var x, var y] || !double.IsFinite(x) || !double.IsFinite(y)))
        {
            throw new DescentException($"Points must be 1 to {MostPoints} pairs of finite numbers (x, y), but {(others.Length is < 1 or > MostPoints ? $"{others.Length} were given" : "one was not")}.");
        }

        return new LineObjective([.. others.Select(point => (point[0], point[1]))], factor, Dimension == 2);
    }

    public override double Value(ReadOnlySpan<double> point) => Over(all).Value(point);

    public override double Gradient(ReadOnlySpan<double> point, Span<double> gradient) => Over(all).Gradient(point, gradient);

    public override double Hessian(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian) => Over(all).Hessian(point, gradient, hessian);

    internal override double Gradient(ReadOnlySpan<double> point, ReadOnlySpan<int> examples, Span<double> gradient) =>
        Over(examples.ToArray()).Gradient(point, gradient);

    private FunctionObjective<MeanSquaredError> Over(int[] examples) => new(new(points, examples, factor), Dimension);

    private readonly struct MeanSquaredError((double X, double Y)[] points, int[] examples, double factor) : IFunction
    {
        public T Of<T>(T slope, T intercept)
            where T : unmanaged, IScalar<T>
        {
            T sum = 0;
            foreach (var example in examples)
            {
                var (x, y) = points[example];
                sum += Scalar.Square((slope * x) + intercept - y);
            }

            return factor * (sum / examples.Length);
        }
    }
}
