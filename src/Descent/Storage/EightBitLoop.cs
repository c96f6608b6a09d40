using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Storage;

/// <summary>
/// The loop over memory where parameters and gradients are floats and all state has 8 bits: codes become numbers in registers,
/// beside the rule's roots and quotients, which the processor computes elsewhere; only the way back to codes has to wait for the
/// largest number of the block. It gives the bits that <see cref="StagedKernel"/> gives by way of memory.
/// </summary>
internal static class EightBitLoop
{
    private const int Width = 16;

    /// <summary>Whether the processor has what it takes, and the numbers are of the kind.</summary>
    public static bool Takes(StagedParameter parameter, int slots) =>
        Avx512BW.IsSupported && slots > 0 && parameter is StagedParameter<float> && Array.TrueForAll(parameter.State, store => store is EightBitNumbers);

    /// <summary>Moves whole blocks.</summary>
    [SkipLocalsInit]
    public static void Run<TUpdate>(in TUpdate update, StagedParameter parameter, int start, int count)
        where TUpdate : struct, IUpdate
    {
        Span<float> buffers = stackalloc float[4 * (EightBitMap.Block + StagedStretch.Gap)];
        ref var theta = ref parameter.Weights.Load(start, count, default);
        ref var gradient = ref parameter.Gradient.Load(start, count, default);
        var n0 = Store(parameter, 0);
        var n1 = TUpdate.Slots > 1 ? Store(parameter, 1) : n0;
        var n2 = TUpdate.Slots > 2 ? Store(parameter, 2) : n0;
        var n3 = TUpdate.Slots > 3 ? Store(parameter, 3) : n0;
        for (var block = start / EightBitMap.Block; count > 0; block++, count -= EightBitMap.Block)
        {
            var s0 = new Slot(n0, block, 0, buffers);
            var s1 = new Slot(n1, block, 1, buffers);
            var s2 = new Slot(n2, block, 2, buffers);
            var s3 = new Slot(n3, block, 3, buffers);
            var (r0, r1, r2, r3) = (default(Range), default(Range), default(Range), default(Range));
            for (nuint i = 0; i < EightBitMap.Block; i += Width)
            {
                var a = TUpdate.Slots > 0 ? s0.Load(i) : default;
                var b = TUpdate.Slots > 1 ? s1.Load(i) : default;
                var c = TUpdate.Slots > 2 ? s2.Load(i) : default;
                var d = TUpdate.Slots > 3 ? s3.Load(i) : default;
                var next = update.Next(Lane512<float>.Load(ref gradient, i), Lane512<float>.Load(ref theta, i), ref a, ref b, ref c, ref d);
                Lane512<float>.Store(next, ref theta, i);
                if (TUpdate.Slots > 0)
                {
                    s0.Keep(a, i, ref r0);
                }

                if (TUpdate.Slots > 1)
                {
                    s1.Keep(b, i, ref r1);
                }

                if (TUpdate.Slots > 2)
                {
                    s2.Keep(c, i, ref r2);
                }

                if (TUpdate.Slots > 3)
                {
                    s3.Keep(d, i, ref r3);
                }
            }

            if (TUpdate.Slots > 0)
            {
                s0.Encode(n0, block, r0);
            }

            if (TUpdate.Slots > 1)
            {
                s1.Encode(n1, block, r1);
            }

            if (TUpdate.Slots > 2)
            {
                s2.Encode(n2, block, r2);
            }

            if (TUpdate.Slots > 3)
            {
                s3.Encode(n3, block, r3);
            }

            theta = ref Unsafe.Add(ref theta, EightBitMap.Block);
            gradient = ref Unsafe.Add(ref gradient, EightBitMap.Block);
        }
    }

    private static EightBitNumbers Store(StagedParameter parameter, int slot) => Unsafe.As<EightBitNumbers>(parameter.State[slot]);

    /// <summary>What was seen of a block: the largest bits as integers with sign, and without.</summary>
    private struct Range
    {
        public Vector512<int> Positive;
        public Vector512<uint> All;
    }

    /// <summary>A block of one slot: its codes, what they mean, and where its numbers wait for their scale.</summary>
    private readonly ref struct Slot
    {
        private readonly ref byte codes;
        private readonly ref float numbers;
        private readonly Vector512<float> scale;
        private readonly Vector512<uint> doubling;
        private readonly Vector512<uint> sign;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Slot(EightBitNumbers store, int block, int index, Span<float> buffers)
        {
            var stored = store.Scales[block];
            var hasSign = !float.IsNegative(stored);
            codes = ref store.Codes[block * EightBitMap.Block];
            numbers = ref Unsafe.Add(ref MemoryMarshal.GetReference(buffers), index * (EightBitMap.Block + StagedStretch.Gap));
            scale = Vector512.Create(MathF.Abs(stored));
            doubling = Vector512.Create(hasSign ? 1u : 0);
            sign = Vector512.Create(hasSign ? 0x8000_0000u : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lane512<float> Load(nuint index)
        {
            var code = Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref codes, index)).AsUInt32();
            return new(EightBitMap.Numbers(code, doubling, sign) * scale);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Keep(Lane512<float> lane, nuint index, ref Range range)
        {
            Lane512<float>.Store(lane, ref numbers, index);
            var bits = Unsafe.BitCast<Lane512<float>, Vector512<uint>>(lane);
            range.All = Vector512.Max(range.All, bits);
            range.Positive = Vector512.Max(range.Positive, bits.AsInt32());
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Encode(EightBitNumbers store, int block, in Range range)
        {
            var largest = Words256.Largest(Vector256.Max(range.All.GetLower(), range.All.GetUpper()));
            var hasSign = (int)largest < 0;
            var positive = hasSign ? Words256.Largest(Vector256.Max(range.Positive.GetLower(), range.Positive.GetUpper())) : 0;
            var magnitude = Math.Max((int)(largest & int.MaxValue), positive);
            store.Scales[block] = EightBitMap.Encode<Words512>(
                MemoryMarshal.CreateReadOnlySpan(ref numbers, EightBitMap.Block),
                MemoryMarshal.CreateSpan(ref codes, EightBitMap.Block),
                BitConverter.Int32BitsToSingle(magnitude),
                hasSign);
        }
    }
}
