using System.Globalization;
using System.Text;

namespace Descent.State;

/// <summary>Texts in JSON.</summary>
internal static class JsonText
{
    /// <summary>Takes the escapes out of a text that a reader found right.</summary>
    /// <param name="text">As it stands between its quotes.</param>
    /// <param name="destination">May overlap the text where it begins no later.</param>
    /// <returns>The bytes written, no more than the text has.</returns>
    /// <exception cref="InvalidOperationException">Half of a surrogate pair stands in it.</exception>
    public static int Unescape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var (read, written) = (0, 0);
        while (text[read..].IndexOf((byte)'\\') is >= 0 and var plain)
        {
            text.Slice(read, plain).CopyTo(destination[written..]);
            (read, written) = (read + plain, written + plain);
            var letter = text[read + 1];
            if (letter != 'u')
            {
                destination[written++] = letter switch { (byte)'b' => 8, (byte)'f' => 12, (byte)'n' => 10, (byte)'r' => 13, (byte)'t' => 9, _ => letter };
                read += 2;
                continue;
            }

            var first = (char)Unit(text, read);
            var isPair = char.IsHighSurrogate(first) && text.Length >= read + 12 && text[read + 6] == '\\' && text[read + 7] == 'u';
            var isRune = isPair ? Rune.TryCreate(first, (char)Unit(text, read + 6), out var rune) : Rune.TryCreate(first, out rune);
            if (!isRune)
            {
                throw new InvalidOperationException("half of a surrogate pair stands in a text");
            }

            read += isPair ? 12 : 6;
            written += rune.EncodeToUtf8(destination[written..]);
        }

        text[read..].CopyTo(destination[written..]);
        return written + text.Length - read;
    }

    private static ushort Unit(ReadOnlySpan<byte> text, int escape) => ushort.Parse(text.Slice(escape + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
