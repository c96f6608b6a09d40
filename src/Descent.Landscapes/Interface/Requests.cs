using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>What <c>grid</c> is asked for.</summary>
public sealed record GridRequest
{
    /// <summary>What to evaluate.</summary>
    public Place Landscape { get; set; } = new();

    /// <summary>Points along x, 2 to 512.</summary>
    public int Columns { get; set; } = 200;

    /// <summary>Points along y, 2 to 512.</summary>
    public int Rows { get; set; } = 200;

    /// <summary>Whether gradients are wanted too.</summary>
    public bool Gradients { get; set; }

    /// <summary>How many contour levels, 0 to 100.</summary>
    public int Levels { get; set; } = 14;

    /// <summary>Whether to search for stationary points.</summary>
    public bool StationaryPoints { get; set; }
}
