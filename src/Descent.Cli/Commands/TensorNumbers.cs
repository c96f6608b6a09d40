using System.Numerics;
using System.Runtime.InteropServices;
using Descent.State;

namespace Descent.Cli.Commands;

/// <summary>The elements of a tensor as numbers of 64 bits, a stretch at a time, so that files of any size can be looked at.</summary>
internal static class TensorNumbers
{
    public const int Stretch = 4_096;

    /// <summary>Whether the elements are numbers here; those of 4 and 6 bits, and of 8 bits but for <c>F8_E5M2</c>, are not.</summary>
    public static bool Has(StoredTensor tensor) => tensor.ElementType is "F64" or "F32" or "F16" or "BF16" or "F8_E5M2" or "I64" or "I32" or "I16" or "I8" or "U64" or "U32" or "U16" or "U8" or "BOOL";

    /// <summary>How many elements there are.</summary>
    public static long Count(StoredTensor tensor) => tensor.Shape.Aggregate(1L, (count, size) => count * size);

    /// <summary>Reads as many elements as there is room for.</summary>
    public static void Read(StoredTensor tensor, long start, Span<double> numbers)
    {
        switch (tensor.ElementType)
        {
            case "F64": Convert<double>(tensor, start, numbers); break;
            case "F32": Convert<float>(tensor, start, numbers); break;
            case "F16": Convert<Half>(tensor, start, numbers); break;
            case "I64": Convert<long>(tensor, start, numbers); break;
            case "I32": Convert<int>(tensor, start, numbers); break;
            case "I16": Convert<short>(tensor, start, numbers); break;
            case "I8": Convert<sbyte>(tensor, start, numbers); break;
            case "U64": Convert<ulong>(tensor, start, numbers); break;
            case "U32": Convert<uint>(tensor, start, numbers); break;
            case "BF16": Widen<ushort>(tensor, start, numbers, bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)); break;
            case "F8_E5M2": Widen<byte>(tensor, start, numbers, bits => (double)BitConverter.UInt16BitsToHalf((ushort)(bits << 8))); break;
            case "U16": Convert<ushort>(tensor, start, numbers); break;
            default: Convert<byte>(tensor, start, numbers); break;
        }
    }

    private static void Convert<T>(StoredTensor tensor, long start, Span<double> numbers)
        where T : unmanaged, INumberBase<T>
    {
        var elements = MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span).Slice((int)start, numbers.Length);
        for (var i = 0; i < elements.Length; i++)
        {
            numbers[i] = double.CreateTruncating(elements[i]);
        }
    }

    /// <summary>Numbers that are the beginning of a wider format.</summary>
    private static void Widen<T>(StoredTensor tensor, long start, Span<double> numbers, Func<T, double> widen)
        where T : unmanaged
    {
        var elements = MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span).Slice((int)start, numbers.Length);
        for (var i = 0; i < elements.Length; i++)
        {
            numbers[i] = widen(elements[i]);
        }
    }
}
