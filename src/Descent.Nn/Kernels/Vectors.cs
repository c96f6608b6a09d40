using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.LinearAlgebra;

namespace Descent.Nn;

/// <summary>Rows of numbers in vectors of 512 bits, which every processor has, if need be as several narrower ones: the same bits everywhere.</summary>
internal static class Vectors
{
    /// <summary>Numbers from a place on; behind the end of the row <paramref name="fill"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load<T>(ReadOnlySpan<T> row, int place, T fill = default)
        where T : unmanaged => row.Length - place >= Vector512<T>.Count
        ? Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)place)
        : LoadPart(row[place..], fill);

    /// <summary>Puts as many numbers at a place as the row has from there on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(this Vector512<T> vector, Span<T> row, int place)
        where T : unmanaged
    {
        if (row.Length - place >= Vector512<T>.Count)
        {
            vector.StoreUnsafe(ref MemoryMarshal.GetReference(row), (nuint)place);
        }
        else
        {
            StorePart(vector, row[place..]);
        }
    }

    /// <summary>x·y + z, rounded once where the processor can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd<T>(Vector512<T> x, Vector512<T> y, Vector512<T> z)
        where T : unmanaged => Lanes512<T>.MultiplyAdd(x, y, z);

    /// <summary>The number in all places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> All<T>(double number)
        where T : unmanaged => typeof(T) == typeof(float)
        ? Vector512.Create((float)number).As<float, T>()
        : Vector512.Create(number).As<double, T>();

    /// <summary>The sum of all places, by halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum<T>(Vector512<T> vector)
        where T : unmanaged, INumber<T>
    {
        var half = vector.GetLower() + vector.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        return typeof(T) == typeof(float)
            ? quarter.GetElement(0) + quarter.GetElement(2) + (quarter.GetElement(1) + quarter.GetElement(3))
            : quarter.GetElement(0) + quarter.GetElement(1);
    }

    /// <summary>The largest place; NaN when one is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Largest<T>(Vector512<T> vector)
        where T : unmanaged, INumber<T>
    {
        var half = Vector256.Max(vector.GetLower(), vector.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        var largest = T.Max(quarter.GetElement(0), quarter.GetElement(1));
        return typeof(T) == typeof(float) ? T.Max(largest, T.Max(quarter.GetElement(2), quarter.GetElement(3))) : largest;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<T> LoadPart<T>(ReadOnlySpan<T> part, T fill)
        where T : unmanaged
    {
        var vector = Vector512.Create(fill);
        part.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Vector512<T>, T>(ref vector), Vector512<T>.Count));
        return vector;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart<T>(Vector512<T> vector, Span<T> part)
        where T : unmanaged => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Vector512<T>, T>(ref vector), part.Length).CopyTo(part);
}
