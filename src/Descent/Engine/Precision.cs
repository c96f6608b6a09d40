namespace Descent.Engine;

/// <summary>How the state of a method is kept between steps. Arithmetic is always that of <see cref="float"/> or better.</summary>
public enum StateFormat
{
    /// <summary>As the parameters are computed: 32 bits, or 64 for parameters of <see cref="double"/>.</summary>
    Full,

    /// <summary>
    /// 16 bits with the range of <see cref="float"/>, rounded to the nearest. A slow average stands still when its change is
    /// less than half of the last bit, 1/512 of its value: with β₂ = 0.999 that is usual.
    /// </summary>
    BFloat16,

    /// <summary>16 bits with the range of <see cref="float"/>, rounded at random so that the mean is right: slow averages move.</summary>
    BFloat16Stochastic,

    /// <summary>
    /// 8 bits and a common scale for each block of 1,024 numbers (<see cref="Storage.EightBitMap"/>), rounded at random so that the mean is right:
    /// slow averages move.
    /// </summary>
    EightBit,
}

/// <summary>What is kept of a parameter of 16 bits (<see cref="Half"/>, <see cref="Numerics.BFloat16"/>), whose last bits are too coarse for small steps.</summary>
public enum WeightFormat
{
    /// <summary>A copy in 32 bits is what moves; the parameter is that copy, rounded to the nearest.</summary>
    Master,

    /// <summary>What rounding cut off is kept in 16 more bits and added before the next step (Kahan's summation).</summary>
    Compensated,

    /// <summary>Nothing: the parameter is rounded at random so that its mean is right.</summary>
    Stochastic,

    /// <summary>Nothing: the parameter is rounded to the nearest, and steps below half of its last bit are lost.</summary>
    Nearest,
}

/// <summary>
/// How the numbers of a group are kept between steps. The engine offers it for every element-wise method; methods know
/// nothing of it. What follows a random number takes it from the seed, the parameter's name, its step and the element, so
/// that results depend neither on threads nor on stopping and resuming.
/// </summary>
/// <remarks>
/// Sources: Micikevicius et al., "Mixed Precision Training", ICLR 2018, <see href="https://arxiv.org/abs/1710.03740"/> (master
/// weights); Dettmers et al., "8-bit Optimizers via Block-wise Quantization", ICLR 2022,
/// <see href="https://arxiv.org/abs/2110.02861"/> (blocks, dynamic map); Zamirai et al., "Revisiting BFloat16 Training", 2020,
/// <see href="https://arxiv.org/abs/2010.06192"/> (stochastic rounding and compensation).
/// </remarks>
public sealed record Precision
{
    /// <summary>How state is kept. Slots that start as a copy of the parameter stay in full, because rounding them would round it.</summary>
    public StateFormat State { get; init; }

    /// <summary>What is kept of parameters of 16 bits.</summary>
    public WeightFormat Weights { get; init; }

    /// <summary>Parameters with fewer elements keep their state in full; at least 0. Biases and norms cost little and matter much.</summary>
    public int SmallestReduced
    {
        get;
        init => field = value >= 0 ? value : throw new DescentException($"SmallestReduced must be at least 0, but was {value}.");
    } = 4_096;

    /// <summary>Chooses the random numbers of stochastic rounding; any value.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether state of a parameter of so many elements is kept in fewer bits.</summary>
    internal bool Reduces(int length) => State != StateFormat.Full && length >= SmallestReduced;
}
