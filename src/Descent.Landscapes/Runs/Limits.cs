namespace Descent.Landscapes.Runs;

/// <summary>How much a request may ask for; beyond it, an error names the limit.</summary>
public static class Limits
{
    /// <summary>The most updates of a run.</summary>
    public const int Updates = 20_000;

    /// <summary>The most updates of a trace, which keeps only some of them.</summary>
    public const int ThinnedUpdates = 1_000_000;

    /// <summary>The most rows that a trace keeps.</summary>
    public const int TraceRows = 2_000;

    /// <summary>The most optimizers of a run.</summary>
    public const int Optimizers = 16;

    /// <summary>The most points of a grid along each side.</summary>
    public const int GridSide = 512;

    /// <summary>The most cells of a map along each side.</summary>
    public const int MapSide = 64;

    /// <summary>The most runs of statistics.</summary>
    public const int Replicates = 2_000;

    internal static void Check(string what, long value, long most, long least = 1)
    {
        if (value < least || value > most)
        {
            throw new DescentException($"{what} must be from {least} to {most}, but was {value}.");
        }
    }
}
