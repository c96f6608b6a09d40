using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Storage;

/// <summary>
/// Random bits as a function of an index and a key, for rounding: nothing is stored, nothing is consumed in order, so results
/// depend neither on threads nor on stopping and resuming.
/// </summary>
/// <remarks>The mixing function is C. Wellons's <c>lowbias32</c>, "Prospecting for Hash Functions", 2018, <see href="https://nullprogram.com/blog/2018/07/31/"/>.</remarks>
internal static class BitNoise
{
    /// <summary>32 random bits for each index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> At(Vector256<uint> index, uint key)
    {
        var x = index ^ Vector256.Create(key);
        x = (x ^ (x >> 16)) * Vector256.Create(0x7FEB_352Du);
        x = (x ^ (x >> 15)) * Vector256.Create(0x846C_A68Bu);
        return x ^ (x >> 16);
    }

    /// <summary>64 random bits for an index.</summary>
    public static ulong At(uint index, uint key) => Finish((((ulong)key << 32) | index) + 0x9E37_79B9_7F4A_7C15UL);

    /// <summary>A key for one store of one parameter in one step.</summary>
    public static uint Key(ulong seed, uint store, long step) =>
        (uint)(Finish(seed + (store * 0x9E37_79B9_7F4A_7C15UL) + ((ulong)step * 0xD1B5_4A32_D192_ED03UL)) >> 32);

    /// <summary>SplitMix64's finalizer (Steele, Lea, Flood, 2014).</summary>
    private static ulong Finish(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D0_49BB_1331_11EBUL;
        return x ^ (x >> 31);
    }
}
