using System.Runtime.CompilerServices;

namespace Descent.Numerics;

/// <summary>
/// A seeded stream of random numbers that is the same on every platform. It is counter-based: value <c>n</c> is a
/// function of (seed, stream, n), so that its whole state is three numbers, saved and restored with a checkpoint.
/// </summary>
/// <remarks>
/// Source: the mixing function is the finalizer of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014, <see href="https://doi.org/10.1145/2714064.2660195"/>). Departure: the additive constant is
/// the same for all streams, and a stream is chosen by mixing its number into the starting point. Not for cryptography.
/// </remarks>
public sealed class SeededRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private readonly ulong origin;

    /// <summary>Starts a stream.</summary>
    /// <param name="seed">Chooses the experiment; any value.</param>
    /// <param name="stream">Chooses one of many independent streams of the same seed (initialization, order of rows, …).</param>
    /// <param name="position">How many 64-bit values were drawn before; 0 at the start.</param>
    public SeededRandom(ulong seed, ulong stream = 0, ulong position = 0)
    {
        Seed = seed;
        Stream = stream;
        Position = position;
        origin = Mix(seed + Mix(stream + Golden));
    }

    /// <summary>The seed the stream was started with.</summary>
    public ulong Seed { get; }

    /// <summary>The number of the stream within its seed.</summary>
    public ulong Stream { get; }

    /// <summary>How many 64-bit values were drawn; a stream that is created with this position, or set to it, goes on with the same numbers.</summary>
    public ulong Position { get; set; }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64() => Mix(origin + (Golden * ++Position));

    /// <summary>The next number, uniform in [0, 1), with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next number, uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextUniform(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>The next integer, uniform in [0, <paramref name="count"/>), without bias; <paramref name="count"/> is at least 1.</summary>
    public int NextInt32(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var bound = (ulong)count;
        var threshold = (0 - bound) % bound;
        while (true)
        {
            var high = Math.BigMul(NextUInt64(), bound, out var low);
            if (low >= threshold)
            {
                return (int)high;
            }
        }
    }

    /// <summary>The next number of the normal distribution with mean 0 and standard deviation 1 (Box and Muller, 1958).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Puts <paramref name="items"/> into random order, every order equally likely (Fisher and Yates).</summary>
    public void Shuffle<TItem>(Span<TItem> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
