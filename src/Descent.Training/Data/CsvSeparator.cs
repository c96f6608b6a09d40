namespace Descent.Training.Data;

/// <summary>Finds the character between the fields of a CSV file.</summary>
internal static class CsvSeparator
{
    /// <summary>Of comma, semicolon and tab the one most often outside quotes in the first line that is not empty; in this order when equal.</summary>
    public static char Detect(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart("\r\n "u8);
        int commas = 0, semicolons = 0, tabs = 0;
        var quoted = false;
        foreach (var letter in text)
        {
            switch (letter)
            {
                case (byte)'"': quoted = !quoted; break;
                case (byte)',' when !quoted: commas++; break;
                case (byte)';' when !quoted: semicolons++; break;
                case (byte)'\t' when !quoted: tabs++; break;
                case (byte)'\n' when !quoted: return Winner();
                default: break;
            }
        }

        return Winner();

        char Winner() => commas >= semicolons && commas >= tabs ? ',' : semicolons >= tabs ? ';' : '\t';
    }
}
