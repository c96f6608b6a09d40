using System.Text.Json;

namespace Descent.State;

/// <summary>The element types of the safetensors format, as its reference implementation names them.</summary>
internal static class ElementTypes
{
    private static readonly (string Name, int Bits)[] All =
    [
        ("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8), ("F8_E4M3", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8),
        ("F8_E5M2FNUZ", 8), ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16), ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64), ("F64", 64), ("I64", 64), ("U64", 64),
    ];

    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name));

    /// <summary>The number of the type whose name a JSON string is; −1 when it is none's.</summary>
    public static int Find(ref Utf8JsonReader text)
    {
        for (var i = 0; i < All.Length; i++)
        {
            if (text.ValueTextEquals(All[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The name of the type with a number.</summary>
    public static string NameOf(int number) => All[number].Name;

    /// <summary>The bytes of a tensor; null for a type that the format does not have, a part of a byte, or more than 63 bits can count.</summary>
    public static long? BytesOf(string elementType, params ReadOnlySpan<int> shape)
    {
        long bits = BitsOf(elementType);
        foreach (var size in shape)
        {
            if (size < 0 || Math.BigMul(bits, size, out bits) != 0 || bits < 0)
            {
                return null;
            }
        }

        return bits % 8 == 0 && BitsOf(elementType) > 0 ? bits / 8 : null;
    }

    /// <summary>The bits of an element; 0 for a type that the format does not have.</summary>
    public static int BitsOf(string elementType)
    {
        foreach (var (name, bits) in All)
        {
            if (name == elementType)
            {
                return bits;
            }
        }

        return 0;
    }
}
