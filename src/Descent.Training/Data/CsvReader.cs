using System.Text;
using System.Text.Unicode;

namespace Descent.Training.Data;

/// <summary>
/// Reads comma-separated values record by record, as UTF-8 bytes and without copying: RFC 4180 with quoted fields (separators,
/// doubled quotes and line breaks inside), lines ended by LF or CRLF, and a byte order mark tolerated.
/// </summary>
/// <remarks>
/// Departures from RFC 4180, all tolerant: the separator may be <c>,</c> <c>;</c> or tab; spaces around a field do not belong to
/// it; empty lines are skipped; a quote inside an unquoted field is an ordinary character.
/// </remarks>
internal sealed class CsvReader : IDisposable
{
    private const int MaximumRecord = 1 << 26;
    private readonly ContentFile file;
    private readonly byte separator;
    private byte[] buffer = new byte[1 << 16];
    private Range[] fields = new Range[16];
    private int start;
    private int end;
    private int next;
    private long nextLine = 1;

    private CsvReader(ContentFile file, char? separator)
    {
        this.file = file;
        end = file.Read(buffer);
        RejectOtherEncodings();
        next = buffer.AsSpan(0, end).StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        this.separator = (byte)(separator ?? CsvSeparator.Detect(buffer.AsSpan(next, end - next)));
    }

    /// <summary>The path as the user wrote it.</summary>
    public string Path => file.Path;

    /// <summary>The line on which the current record starts, counted from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The number of fields of the current record.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Opens a file, plain or gzip.</summary>
    /// <exception cref="DescentException">The file cannot be read, is not UTF-8 text, or the separator is not one of the three.</exception>
    public static CsvReader Open(string path, char? separator = null)
    {
        if (separator is not (null or ',' or ';' or '\t'))
        {
            throw new DescentException($"Separator must be ',', ';' or a tab, but was '{separator}'.");
        }

        var content = ContentFile.Open(path);
        try
        {
            var reader = new CsvReader(content, separator);
            content = null;
            return reader;
        }
        finally
        {
            content?.Dispose();
        }
    }

    /// <summary>Goes to the next record that is not an empty line; false at the end of the file.</summary>
    /// <exception cref="DescentException">A quote is not closed, text follows a closing quote, or the file is damaged.</exception>
    public bool ReadRecord()
    {
        do
        {
            if (!ReadLine())
            {
                return false;
            }
        }
        while (FieldCount == 1 && Field(0).IsEmpty);
        return true;
    }

    /// <summary>The UTF-8 bytes of a field of the current record, without quotes and outer spaces; valid until the next read.</summary>
    public ReadOnlySpan<byte> Field(int index) => buffer.AsSpan(start)[fields[index]];

    /// <summary>The text of a field of the current record.</summary>
    /// <exception cref="DescentException">The bytes are not UTF-8.</exception>
    public string Text(int index) => Utf8.IsValid(Field(index))
        ? Encoding.UTF8.GetString(Field(index))
        : throw new DescentException($"{Path}, line {Line}, column {index + 1}: the bytes are not UTF-8 text; save the file as UTF-8.");

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void RejectOtherEncodings()
    {
        var head = buffer.AsSpan(0, end);
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            throw new DescentException($"{Path} is UTF-16 text; save it as UTF-8.");
        }

        if (head.Contains((byte)0))
        {
            throw new DescentException($"{Path} is neither CSV text nor an IDX file: it holds a zero byte; name a CSV file or IDX images.");
        }
    }

    // Positions inside the record are counted from its start, so that they survive Fill, which moves the record.
    private bool ReadLine()
    {
        start = next;
        Line = nextLine;
        FieldCount = 0;
        if (start == end && !Fill())
        {
            return false;
        }

        var position = 0;
        while (true)
        {
            var length = Find(position);
            var field = buffer.AsSpan(start + position, length);
            var spaces = field.Length - field.TrimStart(" \t\r"u8).Length;
            if (spaces < length && field[spaces] == '"')
            {
                position = ReadQuoted(position + spaces + 1);
            }
            else
            {
                AddField(position + spaces, field[spaces..].TrimEnd(" \t\r"u8).Length);
                position += length;
            }

            var atEnd = start + position == end;
            if (atEnd || buffer[start + position] == '\n')
            {
                next = start + position + (atEnd ? 0 : 1);
                nextLine++;
                return true;
            }

            position++;
        }
    }

    /// <summary>The number of bytes from <paramref name="position"/> to the next separator, line feed, or the end of the file.</summary>
    private int Find(int position)
    {
        while (true)
        {
            var length = buffer.AsSpan(start + position, end - start - position).IndexOfAny(separator, (byte)'\n');
            if (length >= 0)
            {
                return length;
            }

            if (!Fill())
            {
                return end - start - position;
            }
        }
    }

    /// <summary>Reads a quoted field from behind its opening quote and returns the position of what ends it.</summary>
    private int ReadQuoted(int position)
    {
        var first = position;
        var write = position;
        while (true)
        {
            var rest = buffer.AsSpan(start + position, end - start - position);
            var length = rest.IndexOf((byte)'"');
            if (length < 0 || (length == rest.Length - 1))
            {
                if (Fill())
                {
                    continue;
                }

                if (length < 0)
                {
                    throw new DescentException(
                        $"{Path}, line {nextLine}: the quote that opens a field here is never closed; "
                        + "close it or remove it.");
                }

                rest = buffer.AsSpan(start + position, end - start - position); // Fill moved the record
            }

            rest[..length].CopyTo(buffer.AsSpan(start + write));
            write += length;
            position += length + 1;
            if (length + 1 < rest.Length && rest[length + 1] == '"')
            {
                buffer[start + write++] = (byte)'"';
                position++;
                continue;
            }

            var gap = Find(position);
            if (buffer.AsSpan(start + position, gap).Trim(" \t\r"u8).Length > 0)
            {
                var line = nextLine + buffer.AsSpan(start + first, write - first).Count((byte)'\n');
                throw new DescentException(
                    $"{Path}, line {line}: text follows the closing quote of a field; "
                    + "write a quote inside a quoted field twice.");
            }

            nextLine += buffer.AsSpan(start + first, write - first).Count((byte)'\n');
            AddField(first, write - first);
            return position + gap;
        }
    }

    private void AddField(int position, int length)
    {
        if (FieldCount == fields.Length)
        {
            Array.Resize(ref fields, 2 * fields.Length);
        }

        fields[FieldCount++] = new Range(position, position + length);
    }

    /// <summary>Moves the current record to the front, makes room and reads on; false at the end of the file.</summary>
    private bool Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }
        else if (end == buffer.Length)
        {
            if (buffer.Length >= MaximumRecord)
            {
                throw new DescentException(
                    $"{Path}, line {Line}: the record is longer than {MaximumRecord >> 20} MiB; "
                    + "look for a quote that is never closed.");
            }

            Array.Resize(ref buffer, 2 * buffer.Length);
        }

        var count = file.Read(buffer.AsSpan(end));
        end += count;
        return count > 0;
    }
}
