namespace Descent.Landscapes;

/// <summary>What is minimized: a function of one or two variables with exact derivatives.</summary>
public abstract class Objective
{
    private protected Objective(int dimension) => Dimension = dimension;

    /// <summary>How many variables: 1 or 2; more for a stream of gradients.</summary>
    public int Dimension { get; }

    /// <summary>How many examples it is a mean over; 1 for a function.</summary>
    public virtual int Examples => 1;

    /// <summary>Starts along each side of a search for stationary points; fewer where a value is dear.</summary>
    internal virtual int SearchSide => 41;

    /// <summary>The value at a point.</summary>
    /// <param name="point">As many numbers as <see cref="Dimension"/>.</param>
    public abstract double Value(ReadOnlySpan<double> point);

    /// <summary>The value at a point, and the gradient there.</summary>
    /// <param name="point">As many numbers as <see cref="Dimension"/>.</param>
    /// <param name="gradient">Receives as many.</param>
    public abstract double Gradient(ReadOnlySpan<double> point, Span<double> gradient);

    /// <summary>The value at a point, the gradient, and the Hessian by rows.</summary>
    /// <param name="point">As many numbers as <see cref="Dimension"/>.</param>
    /// <param name="gradient">Receives as many.</param>
    /// <param name="hessian">Receives the square of as many.</param>
    public abstract double Hessian(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian);

    /// <summary>As <see cref="Gradient(ReadOnlySpan{double}, Span{double})"/>, for the mean over some of the examples.</summary>
    internal virtual double Gradient(ReadOnlySpan<double> point, ReadOnlySpan<int> examples, Span<double> gradient) => Gradient(point, gradient);
}
