using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Descent.LinearAlgebra;

/// <summary>Where packed panels lie: memory that grows, starts at a cache line, and that the collector does not move.</summary>
internal static unsafe class PanelMemory
{
    private const int Alignment = 64;

    /// <summary>Room for so many elements in <paramref name="memory"/>, which becomes at least twice as long where it is too short; what was in it is lost then.</summary>
    public static T* Reserve<T>(ref T[] memory, int count)
        where T : unmanaged
    {
        var needed = count + (Alignment / sizeof(T));
        if (memory.Length < needed)
        {
            memory = GC.AllocateUninitializedArray<T>(Math.Max(needed, 2 * memory.Length), pinned: true);
        }

        var address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        return (T*)((address + Alignment - 1) & -Alignment);
    }
}
