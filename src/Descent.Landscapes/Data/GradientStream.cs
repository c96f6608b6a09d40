namespace Descent.Landscapes.Data;

/// <summary>Gradients that are given step by step and do not depend on the point: the linear functions g·θ.</summary>
internal sealed class GradientStream : Objective
{
    private const int MostVariables = 8;
    private readonly double[][] rows;

    public GradientStream(double[][] rows)
        : base(rows is [{ Length: >= 1 and <= MostVariables }, ..]
            ? rows[0].Length
            : throw new DescentException($"A stream of gradients must have at least one row of 1 to {MostVariables} numbers, but had {(rows.Length == 0 ? "no row" : $"a row of {rows[0].Length}")}."))
    {
        if (Array.Find(rows, row => row.Length != rows[0].Length) is { } other)
        {
            throw new DescentException($"The rows of a stream of gradients must be equally long, but had {rows[0].Length} and {other.Length} numbers.");
        }

        if (rows.Any(row => Array.Exists(row, number => !double.IsFinite(number))))
        {
            throw new DescentException("A stream of gradients must have finite numbers only, but had NaN or an infinity.");
        }

        this.rows = rows;
    }

    /// <summary>The update whose gradient is given next.</summary>
    public int Update { get; set; }

    public override double Value(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        for (var i = 0; i < point.Length; i++)
        {
            sum += rows[Update % rows.Length][i] * point[i];
        }

        return sum;
    }

    public override double Gradient(ReadOnlySpan<double> point, Span<double> gradient)
    {
        rows[Update % rows.Length].CopyTo(gradient);
        return Value(point);
    }

    public override double Hessian(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian)
    {
        hessian.Clear();
        return Gradient(point, gradient);
    }
}
