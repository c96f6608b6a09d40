using System.Numerics;

namespace Descent.Engine;

/// <summary>What a factored method holds for a parameter besides its state, allocated once.</summary>
internal class FactoredScratch(RowBlocks blocks)
{
    public RowBlocks Blocks { get; } = blocks;

    /// <summary>The sum that the present pass leaves behind, block by block.</summary>
    public double[] Sums { get; } = new double[blocks.Count];

    /// <summary>The first slot with a number for each element; those before it are factors.</summary>
    public int FirstState { get; set; }

    /// <summary>Σg of each row and then, once all are known, of all that is centralized with it; empty where gradients are not centralized.</summary>
    public double[] RowGradients { get; set; } = [];

    /// <summary>How many coordinates the mask keeps.</summary>
    public double Kept { get; set; }

    /// <summary>The mean that the gradients of a row are centralized by, once they are scaled.</summary>
    public T MeanOf<T>(int row, double sigma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RowGradients.Length == 0
        ? T.Zero
        : T.CreateTruncating(RowGradients[row] * sigma / ((long)(Blocks.Shape.AllRows / Blocks.Shape.FirstAxis) * Blocks.Shape.RowLength));
}
