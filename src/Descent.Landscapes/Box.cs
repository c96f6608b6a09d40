namespace Descent.Landscapes;

/// <summary>The part of the plane that is plotted: an interval per variable.</summary>
/// <param name="XLow">The left edge.</param>
/// <param name="XHigh">The right edge, above the left one.</param>
/// <param name="YLow">The lower edge; 0 where there is one variable.</param>
/// <param name="YHigh">The upper edge; 0 where there is one variable.</param>
public sealed record Box(double XLow, double XHigh, double YLow = 0, double YHigh = 0)
{
    /// <summary>The box from its edges: [x low, x high] or [x low, x high, y low, y high].</summary>
    /// <exception cref="DescentException">There are neither two nor four edges, or they are not finite and in order.</exception>
    public static Box From(IReadOnlyList<double> edges, int dimension)
    {
        ArgumentNullException.ThrowIfNull(edges);
        if (edges.Count != 2 * dimension)
        {
            throw new DescentException($"The box must have {2 * dimension} edges, low and high for each of {dimension} variables, but had {edges.Count}.");
        }

        for (var i = 0; i < edges.Count; i += 2)
        {
            if (!double.IsFinite(edges[i]) || !double.IsFinite(edges[i + 1]) || !(edges[i] < edges[i + 1]) || !double.IsFinite(3 * (edges[i + 1] - edges[i])))
            {
                throw new DescentException($"The box must have a finite low edge below the high edge, but had {Words.Number(edges[i])} and {Words.Number(edges[i + 1])}.");
            }
        }

        return dimension == 1 ? new Box(edges[0], edges[1]) : new Box(edges[0], edges[1], edges[2], edges[3]);
    }

    /// <summary>The low and the high edge of a variable, counted from 0.</summary>
    public (double Low, double High) this[int variable] => variable == 0 ? (XLow, XHigh) : (YLow, YHigh);

    /// <summary>The edges as an array: two for one variable, four for two.</summary>
    public double[] Edges(int dimension) => dimension == 1 ? [XLow, XHigh] : [XLow, XHigh, YLow, YHigh];

    /// <summary>Whether a point lies in the box, enlarged by a factor around its centre.</summary>
    public bool Contains(ReadOnlySpan<double> point, double factor = 1)
    {
        for (var i = 0; i < point.Length; i++)
        {
            var (low, high) = this[i];
            if (!(Math.Abs(point[i] - ((low + high) / 2)) <= factor * (high - low) / 2))
            {
                return false;
            }
        }

        return true;
    }
}
