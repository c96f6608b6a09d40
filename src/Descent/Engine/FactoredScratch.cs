namespace Descent.Engine;

/// <summary>What a factored method holds for a parameter besides its state, allocated once.</summary>
internal class FactoredScratch(RowBlocks blocks)
{
    public RowBlocks Blocks { get; } = blocks;

    /// <summary>The sum that the present pass leaves behind, block by block.</summary>
    public double[] Sums { get; } = new double[blocks.Count];

    /// <summary>Σg of each row and then, once all are known, of all that is centralized with it; empty where gradients are not centralized.</summary>
    public double[] RowGradients { get; set; } = [];

    /// <summary>How many coordinates the mask keeps.</summary>
    public double Kept { get; set; }
}
