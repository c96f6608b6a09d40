using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Networks;

/// <summary>How large a network and its training may be; beyond it, an error names the limit.</summary>
public static class NetworkLimits
{
    /// <summary>The most hidden layers.</summary>
    public const int Layers = 6;

    /// <summary>The most units of a hidden layer.</summary>
    public const int Units = 32;

    /// <summary>The largest batch.</summary>
    public const int Batch = 256;

    /// <summary>The most batches that make an update.</summary>
    public const int Accumulation = 32;

    /// <summary>The most examples.</summary>
    public const int Examples = 2_000;

    /// <summary>The most examples that a training sees, each counted as often as it is seen.</summary>
    public const int ExamplesSeen = 200_000;

    private const int FewestExamples = 20;

    /// <summary>Refuses what is not allowed.</summary>
    /// <exception cref="DescentException">A number is out of its range.</exception>
    public static void Check(NetworkRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(request.Layers);
        Limits.Check("The number of hidden layers", request.Layers.Length, Layers, least: 0);
        Array.ForEach(request.Layers, units => Limits.Check("The number of units of a hidden layer", units, Units));
        Limits.Check("The number of examples", request.Examples, Examples, FewestExamples);
        InRange("The noise", request.Noise, 0, 1);
        InRange("The train share", request.TrainShare, 0.1, 0.9);
        Limits.Check("The batch size", request.BatchSize, Batch);
        Limits.Check("The accumulation", request.Accumulation, Accumulation);
        Limits.Check("The number of steps", request.Steps, Limits.Updates);
        var seen = (long)request.Steps * request.BatchSize * request.Accumulation;
        if (seen > ExamplesSeen)
        {
            throw new DescentException($"A network sees at most {ExamplesSeen} examples (examples × epochs), but {request.Steps} steps of {request.Accumulation} × {request.BatchSize} are {seen}; take fewer steps or smaller batches.");
        }

        if (request.WeightDecay is { } decay && !(decay >= 0 && double.IsFinite(decay)))
        {
            throw new DescentException($"The weight decay must be a number of at least 0, but was {Words.Number(decay)}.");
        }
    }

    private static void InRange(string what, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
        {
            throw new DescentException($"{what} must be from {Words.Number(low)} to {Words.Number(high)}, but was {Words.Number(value)}.");
        }
    }
}
