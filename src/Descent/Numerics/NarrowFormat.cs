using Descent.Storage;

namespace Descent.Numerics;

/// <summary>Conversion between <see cref="float"/> and a format of 16 bits, many numbers at once.</summary>
public static class NarrowFormat
{
    /// <summary>Rounds to the nearest number, ties to even; beyond the largest one it is an infinity. NaN stays NaN.</summary>
    /// <typeparam name="T"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="source">What to round.</param>
    /// <param name="destination">At least as many elements.</param>
    /// <exception cref="DescentException">The format is another one, or the destination is shorter.</exception>
    public static void Round<T>(ReadOnlySpan<float> source, Span<T> destination)
        where T : unmanaged
    {
        Check<T>(source.Length, destination.Length);
        Narrowing.Nearest(source, destination[..source.Length]);
    }

    /// <summary>Exactly the same numbers in 32 bits.</summary>
    /// <typeparam name="T"><see cref="Half"/> or <see cref="BFloat16"/>.</typeparam>
    /// <param name="source">What to widen.</param>
    /// <param name="destination">At least as many elements.</param>
    /// <exception cref="DescentException">The format is another one, or the destination is shorter.</exception>
    public static void Widen<T>(ReadOnlySpan<T> source, Span<float> destination)
        where T : unmanaged
    {
        Check<T>(source.Length, destination.Length);
        Narrowing.Widen(source, destination[..source.Length]);
    }

    private static void Check<T>(int source, int destination)
    {
        if (typeof(T) != typeof(Half) && typeof(T) != typeof(BFloat16))
        {
            throw new DescentException($"A format of 16 bits must be Half or BFloat16, but was {typeof(T).Name}.");
        }

        if (destination < source)
        {
            throw new DescentException($"The destination of a conversion must have at least {source} elements, but had {destination}.");
        }
    }
}
