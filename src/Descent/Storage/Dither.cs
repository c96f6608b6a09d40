using System.Runtime.Intrinsics;

namespace Descent.Storage;

/// <summary>
/// What chance adds to the numbers of a block before what its codes have no place for is cut off. Each number sees every share of
/// the distance between two codes with the same probability, so that the mean of what is kept is the number. In a block
/// neighbours see different shares, evenly spread: all of it follows from one random number.
/// </summary>
/// <remarks>
/// A rank-1 lattice with a random shift (Cranley, Patterson, "Randomization of number theoretic methods for multiple integration",
/// SIAM J. Numer. Anal. 13(6), 1976) instead of a random number for each element: it costs a sum for 32 elements.
/// </remarks>
internal readonly struct Dither
{
    /// <summary>A share of the distance between codes has so many bits.</summary>
    public const int Bits = 7;

    /// <summary>The distance between codes has so many parts.</summary>
    public const int Parts = 1 << Bits;

    /// <param name="random">Random bits.</param>
    public Dither(ulong random)
    {
        Start = (int)random & (Parts - 1);
        Step = ((int)(random >> Bits) & (Parts - 1)) | 1;
        Below = ((Vector512<uint>.Indices * Vector512.Create((uint)(random >> 32) | 1)) + Vector512.Create((uint)(random >> 16))) & Vector512.Create(0xFFFFu);
    }

    /// <summary>The share of the first element, in parts.</summary>
    public int Start { get; private init; }

    /// <summary>How much more the next element has, modulo the parts.</summary>
    public int Step { get; private init; }

    /// <summary>For the lower halves of floats, to round them to the upper halves first; for 16 elements, and again for the next.</summary>
    public Vector512<uint> Below { get; private init; }

    /// <summary>No chance: to the nearest code.</summary>
    public static Dither Nearest => new() { Start = Parts / 2 };
}
