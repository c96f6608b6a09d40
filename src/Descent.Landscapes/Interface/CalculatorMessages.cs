namespace Descent.Landscapes.Interface;

/// <summary>What <c>memory</c> is asked for.</summary>
internal sealed record MemoryRequest
{
    /// <summary>Methods as they are written on the command line; 1 to 80.</summary>
    public string[] Optimizers { get; set; } = ["adam"];

    /// <summary>How many parameters the model has; 1 to 1e15.</summary>
    public double Parameters { get; set; } = 175e9;

    /// <summary>Bytes per number; 1 to 8.</summary>
    public double Bytes { get; set; } = 4;

    /// <summary>Rows of the matrices that it consists of; 1 to 1,000,000.</summary>
    public int Rows { get; set; } = 4096;

    /// <summary>Their columns; 1 to 1,000,000.</summary>
    public int Columns { get; set; } = 4096;
}

/// <summary>A part of what a method keeps.</summary>
/// <param name="Symbol">Its symbol.</param>
/// <param name="Numbers">How many numbers it has for one matrix.</param>
internal sealed record StatePart(string Symbol, double Numbers);

/// <summary>What one method keeps.</summary>
/// <param name="Optimizer">The method.</param>
/// <param name="Parts">Its parts, for one matrix.</param>
/// <param name="Numbers">All numbers for one matrix.</param>
/// <param name="PerParameter">Numbers per parameter.</param>
/// <param name="Bytes">All of it for the whole model, in bytes.</param>
internal sealed record MemoryRow(string Optimizer, IReadOnlyList<StatePart> Parts, double Numbers, double PerParameter, double Bytes);

/// <summary>What <c>memory</c> gives.</summary>
/// <param name="ParameterBytes">The parameters alone, in bytes; gradients take as much again.</param>
/// <param name="MatrixNumbers">The parameters of one matrix.</param>
/// <param name="Rows">The methods, in the order of the request.</param>
internal sealed record MemoryReply(double ParameterBytes, double MatrixNumbers, IReadOnlyList<MemoryRow> Rows);

/// <summary>What <c>batch_sizes</c> is asked for.</summary>
internal sealed record BatchSizesRequest
{
    /// <summary>Examples in all; 1 to 1e12.</summary>
    public long Examples { get; set; } = 1_200_000;

    /// <summary>Batch sizes to compare; 1 to 100 of them, each from 1 to all examples.</summary>
    public long[] Batches { get; set; } = [32];

    /// <summary>How long the gradient of one example takes, in milliseconds.</summary>
    public double Milliseconds { get; set; } = 10;

    /// <summary>The learning rate that was found.</summary>
    public double LearningRate { get; set; } = 0.1;

    /// <summary>The batch size it was found for.</summary>
    public long FoundFor { get; set; } = 32;
}

/// <summary>What one batch size comes to.</summary>
/// <param name="Batch">Examples per update.</param>
/// <param name="Updates">Updates per pass over the data, the last one perhaps smaller.</param>
/// <param name="SecondsPerUpdate">How long an update takes where examples are computed one after the other.</param>
/// <param name="Noise">The standard deviation of the gradient, as a share of that of one example, drawn without replacement.</param>
/// <param name="LinearRate">The learning rate by the linear rule.</param>
/// <param name="SquareRootRate">The learning rate by the square-root rule.</param>
internal sealed record BatchSizeRow(long Batch, long Updates, double SecondsPerUpdate, double Noise, double LinearRate, double SquareRootRate);

/// <summary>What <c>batch_sizes</c> gives.</summary>
/// <param name="SecondsPerFullUpdate">An update on all examples.</param>
/// <param name="Rows">The sizes, in the order of the request.</param>
internal sealed record BatchSizesReply(double SecondsPerFullUpdate, IReadOnlyList<BatchSizeRow> Rows);

/// <summary>What <c>curvature_signs</c> is asked for.</summary>
internal sealed record CurvatureSignsRequest
{
    /// <summary>The largest number of dimensions; 1 to 12.</summary>
    public int Dimensions { get; set; } = 6;

    /// <summary>Random matrices per dimension; 100 to 200,000.</summary>
    public int Count { get; set; } = 20_000;

    /// <summary>Chooses the matrices.</summary>
    public ulong Seed { get; set; }
}

/// <summary>One number of dimensions.</summary>
/// <param name="Dimensions">How many.</param>
/// <param name="Coins">(1/2)^d: the heuristic of a coin for every curvature.</param>
/// <param name="Measured">The share of random symmetric matrices all of whose eigenvalues are positive.</param>
/// <param name="ByPositive">The share with 0, 1, …, d positive eigenvalues.</param>
/// <param name="Exact">The share where a closed form is known; null elsewhere.</param>
internal sealed record CurvatureSignsRow(int Dimensions, double Coins, double Measured, double[] ByPositive, double? Exact);

/// <summary>What <c>curvature_signs</c> gives.</summary>
/// <param name="Rows">From one dimension on.</param>
internal sealed record CurvatureSignsReply(IReadOnlyList<CurvatureSignsRow> Rows);
