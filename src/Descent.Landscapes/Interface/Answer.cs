namespace Descent.Landscapes.Interface;

/// <summary>What a function gives: JSON, and long columns of numbers beside it, which cross to a page as one typed array instead of text.</summary>
/// <param name="Json">The reply; its <see cref="Column"/>s say where in <paramref name="Numbers"/> each begins.</param>
/// <param name="Numbers">All columns, one after the other; empty where there are none.</param>
public sealed record Answer(string Json, double[] Numbers);

/// <summary>A column of numbers within <see cref="Answer.Numbers"/>.</summary>
/// <param name="Name">What it is, e.g. <c>theta</c>, <c>loss</c>, <c>m</c>.</param>
/// <param name="Symbol">As equations print it.</param>
/// <param name="Kind"><c>trace</c>, <c>state</c> of a method, or <c>derived</c> from state.</param>
/// <param name="Width">How many numbers per row.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Length">How many numbers.</param>
public sealed record Column(string Name, string Symbol, string Kind, int Width, int Offset, int Length);

/// <summary>Collects columns.</summary>
internal sealed class ColumnWriter
{
    private readonly List<double[]> parts = [];
    private int length;

    public Column Add(string name, double[] values, int width = 1, string? symbol = null, string kind = "trace")
    {
        parts.Add(values);
        length += values.Length;
        return new Column(name, symbol ?? name, kind, width, length - values.Length, values.Length);
    }

    public double[] ToArray()
    {
        var all = new double[length];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(all, at);
            at += part.Length;
        }

        return all;
    }
}
