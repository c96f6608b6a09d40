using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Storage;

/// <summary>
/// The loop over memory where parameters and gradients are floats and all state has 8 bits: codes become numbers in registers,
/// and numbers become codes one block later, when the largest of their block is known, between the rule's roots and quotients.
/// It gives the bits that <see cref="StagedKernel"/> gives by way of memory.
/// </summary>
internal static unsafe class EightBitLoop
{
    private const int Width = 16;
    private const int Chunk = 64;

    /// <summary>How many bytes of numbers ahead memory is asked for.</summary>
    private const int Ahead = 2048;

    /// <summary>What the processor fetches by itself ends with a page of so many bytes; the first lines of the next one are asked for earlier.</summary>
    private const int Page = 4096;

    /// <summary>Whether the processor has what it takes, and the numbers are of the kind.</summary>
    public static bool Takes(StagedParameter parameter, int slots) =>
        Avx512Vbmi.IsSupported && slots > 0 && parameter is StagedParameter<float> && Array.TrueForAll(parameter.State, store => store is EightBitNumbers);

    /// <summary>Moves whole blocks.</summary>
    [SkipLocalsInit]
    public static void Run<TUpdate>(in TUpdate update, StagedParameter parameter, int start, int count)
        where TUpdate : struct, IUpdate
    {
        var memory = stackalloc byte[(TUpdate.Slots * sizeof(EightBitSlot)) + EightBitMap.Block + Chunk];
        var slots = (EightBitSlot*)(((nint)memory + (Chunk - 1)) & -Chunk);
        var nowhere = (byte*)(slots + TUpdate.Slots);
        for (var i = 0; i < TUpdate.Slots; i++)
        {
            slots[i].Begin(parameter, i, start, nowhere);
        }

        ref var theta = ref parameter.Weights.Load(start, count, default);
        ref var gradient = ref parameter.Gradient.Load(start, count, default);
        var block = start / EightBitMap.Block;
        for (var end = block + (count / EightBitMap.Block); block < end; block++)
        {
            for (var i = 0; i < TUpdate.Slots; i++)
            {
                slots[i].Open(block);
            }

            Move(in update, ref theta, ref gradient, slots);
            for (var i = 0; i < TUpdate.Slots; i++)
            {
                slots[i].Close(block);
            }

            theta = ref Unsafe.Add(ref theta, EightBitMap.Block);
            gradient = ref Unsafe.Add(ref gradient, EightBitMap.Block);
        }

        for (var i = 0; i < TUpdate.Slots; i++)
        {
            WriteAll(slots + i);
        }
    }

    /// <summary>
    /// Moves a block, and writes the codes of the one before. It calls nothing, or the compiler would keep its vectors in memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Move<TUpdate>(in TUpdate update, ref float theta, ref float gradient, EightBitSlot* s)
        where TUpdate : struct, IUpdate
    {
        var (r0, r1, r2, r3) = (default(EightBitRange), default(EightBitRange), default(EightBitRange), default(EightBitRange));
        for (nuint j = 0; j < EightBitMap.Block; j += Chunk)
        {
            Fetch<TUpdate>(ref theta, ref gradient, s, j);
            if (TUpdate.Slots > 3)
            {
                for (var i = 0; i < TUpdate.Slots; i++)
                {
                    CalledWrite(s + i, j);
                }
            }

            var a = Read(s, j);
            var b = TUpdate.Slots > 1 ? Read(s + 1, j) : default;
            var c = TUpdate.Slots > 2 ? Read(s + 2, j) : default;
            var d = TUpdate.Slots > 3 ? Read(s + 3, j) : default;
            if (TUpdate.Slots < 4)
            {
                Write(s, j);
            }

            if (TUpdate.Slots is 2 or 3)
            {
                Write(s + 1, j);
            }

            if (TUpdate.Slots == 3)
            {
                Write(s + 2, j);
            }

            var next = Unsafe.AsRef(in update).Next(Quad512.Load(ref gradient, j), Quad512.Load(ref theta, j), ref a, ref b, ref c, ref d);
            Quad512.Store(next, ref theta, j);
            Keep(a, s, j, ref r0);
            if (TUpdate.Slots > 1)
            {
                Keep(b, s + 1, j, ref r1);
            }

            if (TUpdate.Slots > 2)
            {
                Keep(c, s + 2, j, ref r2);
            }

            if (TUpdate.Slots > 3)
            {
                Keep(d, s + 3, j, ref r3);
            }
        }

        s->Seen = r0;
        if (TUpdate.Slots > 1)
        {
            s[1].Seen = r1;
        }

        if (TUpdate.Slots > 2)
        {
            s[2].Seen = r2;
        }

        if (TUpdate.Slots > 3)
        {
            s[3].Seen = r3;
        }
    }

    /// <summary>
    /// From memory a step of AdamW took an eighth longer without the beginnings of the next pages. As many lines of them as here were measured
    /// to be best among 1 to 16, and a page ahead better than half of one or two; in a cache they cost nothing that could be measured.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch<TUpdate>(ref float theta, ref float gradient, EightBitSlot* s, nuint index)
        where TUpdate : struct, IUpdate
    {
        FetchNumbers((byte*)Unsafe.AsPointer(ref Unsafe.Add(ref theta, index)));
        FetchNumbers((byte*)Unsafe.AsPointer(ref Unsafe.Add(ref gradient, index)));
        for (var i = 0; i < TUpdate.Slots; i++)
        {
            var codes = s[i].Codes + index;
            Sse.Prefetch0(codes + (Ahead / 2));
            if (((nuint)(codes - (Page / 4)) & (Page - 1)) < Chunk)
            {
                var page = codes + (Page * 3 / 4);
                Sse.Prefetch0(page);
                Sse.Prefetch0(page + 64);
                Sse.Prefetch0(page + 128);
                Sse.Prefetch0(page + 192);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchNumbers(byte* numbers)
    {
        Sse.Prefetch0(numbers + Ahead);
        Sse.Prefetch0(numbers + Ahead + 64);
        Sse.Prefetch0(numbers + Ahead + 128);
        Sse.Prefetch0(numbers + Ahead + 192);
        if (((nuint)numbers & (Page - 1)) < sizeof(float) * Chunk)
        {
            Sse.Prefetch0(numbers + Page);
            Sse.Prefetch0(numbers + Page + 64);
        }
    }

    /// <summary>The numbers of 64 codes. They are looked up in such an order that no vector has to be put together from several parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad512 Read(EightBitSlot* slot, nuint index)
    {
        var code = Avx512F.PermuteVar16x32(Vector512.Load((int*)(slot->Codes + index)), Transposed).AsByte();
        var table = slot->Table;
        var low = Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(table), code, Vector512.Load(table + 64));
        var high = Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(table + 256), code, Vector512.Load(table + 320));
        if (slot->HasSign)
        {
            high |= code & Vector512.Create((byte)0x80);
        }
        else
        {
            var isUpper = Vector512.LessThan(code.AsSByte(), Vector512<sbyte>.Zero).AsByte();
            low = Vector512.ConditionalSelect(isUpper, Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(table + 128), code, Vector512.Load(table + 192)), low);
            high = Vector512.ConditionalSelect(isUpper, Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(table + 384), code, Vector512.Load(table + 448)), high);
        }

        var scale = slot->Scale;
        var (first, last) = (Avx512BW.UnpackLow(low, high).AsUInt16(), Avx512BW.UnpackHigh(low, high).AsUInt16());
        return new(
            Avx512BW.UnpackLow(Vector512<ushort>.Zero, first).AsSingle() * scale,
            Avx512BW.UnpackHigh(Vector512<ushort>.Zero, first).AsSingle() * scale,
            Avx512BW.UnpackLow(Vector512<ushort>.Zero, last).AsSingle() * scale,
            Avx512BW.UnpackHigh(Vector512<ushort>.Zero, last).AsSingle() * scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(in Quad512 numbers, EightBitSlot* slot, nuint index, ref EightBitRange range)
    {
        Quad512.Store(numbers, ref *slot->Kept, index);
        range.Add(numbers.First.AsUInt32());
        range.Add(numbers.Second.AsUInt32());
        range.Add(numbers.Third.AsUInt32());
        range.Add(numbers.Fourth.AsUInt32());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteAll(EightBitSlot* slot)
    {
        for (nuint j = 0; j < EightBitMap.Block; j += Chunk)
        {
            Write(slot, j);
        }
    }

    /// <summary>Of four slots: the compiler puts only so much into one method, and would call what comes last, the rule's operations.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CalledWrite(EightBitSlot* slot, nuint index) => Write(slot, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(EightBitSlot* slot, nuint index)
    {
        var shares = (Vector512<short>*)slot->Shares + ((index / 32) & 2);
        var low = Codes(slot, index, shares[0]);
        var high = Codes(slot, index + 32, shares[1]);
        Avx512Vbmi.PermuteVar64x8x2(low.AsByte(), OddBytes, high.AsByte()).Store(slot->Old + index);
    }

    /// <summary>
    /// 32 codes in the upper bytes of words: the upper byte of a number chooses its line, the lower one how far along. As
    /// 16-bit numbers with sign, 7 bits for shares of a code, and 2¹⁴ more, so that what is too large stays at the highest code.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Codes(EightBitSlot* slot, nuint index, Vector512<short> shares)
    {
        var below = slot->Below;
        var low = ((Vector512.Load(slot->Kept + index) * slot->Factor).AsUInt32() + below).AsByte();
        var high = ((Vector512.Load(slot->Kept + index + Width) * slot->Factor).AsUInt32() + below).AsByte();
        var upper = Avx512BW.PermuteVar32x16x2(low.AsUInt16(), OddWords, high.AsUInt16());
        var lines = Avx512Vbmi.PermuteVar64x8x2(low, UpperBytesTwice, high) | Vector512.Create((ushort)0x4000).AsByte();
        var line = Avx512Vbmi.PermuteVar64x8x2(slot->Counts, lines, slot->Firsts);
        var along = (upper & Vector512.Create((ushort)0x00FF)) | Vector512.Create((ushort)0x8000);
        var code = Avx512BW.MultiplyAddAdjacent(along.AsByte(), line.AsSByte());
        var sum = Avx512BW.AddSaturate(code, shares).AsUInt16();
        return Vector512.ConditionalSelect(slot->Sign, upper, sum + sum);
    }

    private static Vector512<int> Transposed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    }

    private static Vector512<ushort> OddWords
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31,
            33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, (ushort)63);
    }

    private static Vector512<byte> OddBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31,
            33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63,
            65, 67, 69, 71, 73, 75, 77, 79, 81, 83, 85, 87, 89, 91, 93, 95,
            97, 99, 101, 103, 105, 107, 109, 111, 113, 115, 117, 119, 121, 123, 125, (byte)127);
    }

    private static Vector512<byte> UpperBytesTwice
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            3, 3, 7, 7, 11, 11, 15, 15, 19, 19, 23, 23, 27, 27, 31, 31,
            35, 35, 39, 39, 43, 43, 47, 47, 51, 51, 55, 55, 59, 59, 63, 63,
            67, 67, 71, 71, 75, 75, 79, 79, 83, 83, 87, 87, 91, 91, 95, 95,
            99, 99, 103, 103, 107, 107, 111, 111, 115, 115, 119, 119, 123, 123, 127, (byte)127);
    }
}
