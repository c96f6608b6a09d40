using Descent.Text;

namespace Descent.Schedules;

/// <summary>Values at given updates, with straight lines or steps between them; the first and the last are held beyond.</summary>
/// <param name="Points">Updates, from small to large without repetition and at least 0, and values of at least 0; at least one point.</param>
public sealed record PiecewiseSchedule(ValueList<(long Update, double Value)> Points) : Schedule
{
    /// <summary>Updates, from small to large without repetition and at least 0, and values of at least 0; at least one point.</summary>
    public ValueList<(long Update, double Value)> Points { get; init; } = Checked(Points);

    /// <summary>Whether a value is held until the next point, instead of a straight line to it.</summary>
    public bool Holds { get; init; }

    /// <inheritdoc/>
    public override long? Duration => Math.Max(1, Points[^1].Update);

    /// <inheritdoc/>
    public override double At(long update)
    {
        var next = Points.CountUpTo((update, double.PositiveInfinity));
        if (next == 0 || next == Points.Count || Holds)
        {
            return Points[Math.Max(0, next - 1)].Value;
        }

        var ((start, from), (end, to)) = (Points[next - 1], Points[next]);
        return Between(from, to, (update - start) / (double)(end - start));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"piecewise({string.Join(", ", Points.Select(point => $"{point.Update}: {Text(point.Value)}"))}{(Holds ? ", holds" : "")})";

    private static ValueList<(long Update, double Value)> Checked(ValueList<(long Update, double Value)> points)
    {
        var last = -1L;
        foreach (var (update, value) in points)
        {
            Finite(value, "A value of a piecewise schedule");
            if (update <= last)
            {
                throw new DescentException($"The updates of a piecewise schedule must be at least 0 and go from small to large, but were {string.Join(", ", points.Select(point => point.Update))}.");
            }

            last = update;
        }

        return points.Count > 0 ? points : throw new DescentException("A piecewise schedule needs at least one point, but was given none.");
    }
}
