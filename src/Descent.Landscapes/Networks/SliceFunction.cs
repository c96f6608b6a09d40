using Descent.Landscapes.Grids;
using Descent.Landscapes.Interface;

namespace Descent.Landscapes.Networks;

/// <summary>A plane through the weights of a trained network.</summary>
public sealed record NetworkPlane
{
    /// <summary>The network and its training.</summary>
    public NetworkRequest Network { get; set; } = new();

    /// <summary>What spans the plane.</summary>
    public SliceDirections Directions { get; set; }

    /// <summary>Chooses random directions.</summary>
    public ulong Seed { get; set; }
}

/// <summary>What <c>netslice</c> is asked for.</summary>
internal sealed record SliceRequest
{
    /// <summary>The plane.</summary>
    public NetworkPlane Plane { get; set; } = new();

    /// <summary>Points along each side of the picture, 2 to 512.</summary>
    public int Side { get; set; } = 41;

    /// <summary>How many contour levels, 1 to 100.</summary>
    public int Levels { get; set; } = 14;
}

/// <summary>What <c>netslice</c> gives.</summary>
/// <param name="Box">What the picture covers: the trained weights are at its centre.</param>
/// <param name="Columns">Points along x.</param>
/// <param name="Rows">Points along y.</param>
/// <param name="Lowest">The smallest loss.</param>
/// <param name="Highest">The largest finite loss.</param>
/// <param name="Levels">Contour levels, from low to high.</param>
/// <param name="PathShare">How much of the path's squared distance from its end lies in the plane.</param>
/// <param name="Values">Where the losses are, row by row from low y.</param>
/// <param name="Path">Where the path is, x and y in turn.</param>
internal sealed record SliceReply(double[] Box, int Columns, int Rows, double Lowest, double Highest, double[] Levels, double PathShare, Column Values, Column Path);

/// <summary>A picture of the loss around a trained network.</summary>
internal static class SliceFunction
{
    public static Answer Answer(SliceRequest request)
    {
        Runs.Limits.Check("The number of levels", request.Levels, 100);
        var slice = NetworkSlice.Of(request.Plane);
        var box = new Box(-1, 1, -1, 1);
        var grid = LossGrid.Of(slice, box, request.Side, request.Side);
        var numbers = new ColumnWriter();
        return Functions.Reply(
            new SliceReply(box.Edges(2), grid.Columns, grid.Rows, grid.Lowest, grid.Highest, grid.Levels(request.Levels), slice.PathShare, numbers.Add("values", grid.Values), numbers.Add("path", slice.Path, 2)),
            Json.Default.SliceReply,
            numbers);
    }
}
