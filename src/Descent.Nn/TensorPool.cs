using System.Numerics;

namespace Descent.Nn;

/// <summary>
/// The arrays that scopes of one thread lend, as many as its largest step needs; the shared pool of .NET keeps too few of one size for that.
/// Arrays that were not lent for long are left to the garbage collector.
/// </summary>
internal sealed class TensorPool<T>
    where T : unmanaged
{
    /// <summary>After so many loans the pool looks for arrays that were not lent since it last looked.</summary>
    private const int Period = 100_000;

    [ThreadStatic]
    private static TensorPool<T>? current;

    private readonly Dictionary<int, Stack<(T[] Array, long Returned)>> free = [];
    private long loans;
    private long lastLook;

    public static TensorPool<T> Current => current ??= new TensorPool<T>();

    /// <summary>An array of at least that length, not cleared.</summary>
    public T[] Rent(int length)
    {
        if (++loans - lastLook >= Period)
        {
            ForgetOld();
        }

        var size = SizeFor(length);
        return free.TryGetValue(size, out var arrays) && arrays.TryPop(out var entry) ? entry.Array : GC.AllocateUninitializedArray<T>(size);
    }

    public void Return(T[] array)
    {
        if (!free.TryGetValue(array.Length, out var arrays))
        {
            free[array.Length] = arrays = [];
        }

        arrays.Push((array, loans));
    }

    /// <summary>Sizes with three leading bits of their own: an array is at most a quarter too long.</summary>
    private static int SizeFor(int length)
    {
        var step = 1 << Math.Max(0, BitOperations.Log2((uint)length) - 2);
        return (int)Math.Min(Array.MaxLength, ((long)length + step - 1) / step * step);
    }

    private void ForgetOld()
    {
        foreach (var (size, arrays) in free)
        {
            // The last returned is lent first: old ones are at the bottom.
            free[size] = new Stack<(T[], long)>(arrays.Where(entry => entry.Returned >= lastLook).Reverse());
        }

        lastLook = loans;
    }
}
