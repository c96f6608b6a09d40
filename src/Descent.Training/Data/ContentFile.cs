using System.IO.Compression;

namespace Descent.Training.Data;

/// <summary>The bytes of a data file, decompressed where the file is gzip (told by its first two bytes, not by its name).</summary>
internal sealed class ContentFile : IDisposable
{
    private readonly FileStream file;
    private readonly GZipStream? gzip;
    private long length;
    private bool checkedEnd;

    private ContentFile(string path, FileStream file, bool compressed)
    {
        Path = path;
        this.file = file;
        gzip = compressed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : null;
    }

    /// <summary>The path as the user wrote it.</summary>
    public string Path { get; }

    /// <summary>Opens a regular file.</summary>
    /// <exception cref="DescentException">The file is missing, a folder, not seekable, or may not be read.</exception>
    public static ContentFile Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new DescentException($"{path} is a folder where a file must be; name the file.");
        }

        if (!File.Exists(path))
        {
            throw new DescentException($"{path} does not exist; check the name and the folder.");
        }

        FileStream? opening = null;
        try
        {
            opening = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            if (!opening.CanSeek)
            {
                throw new DescentException($"{path} is a pipe or device where a regular file must be; write the data to a file first.");
            }

            Span<byte> magic = stackalloc byte[2];
            var isGzip = opening.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
            opening.Position = 0;
            var opened = new ContentFile(path, opening, isGzip);
            opening = null;
            return opened;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"{path} cannot be read: {Clause(exception)}.", exception);
        }
        finally
        {
            opening?.Dispose();
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The path as the user wrote it.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="otherwise">What to say and do when it has more: the end of a sentence.</param>
    /// <exception cref="DescentException">As <see cref="Open"/> and <see cref="Read"/>, or it is too long.</exception>
    public static Memory<byte> ReadAll(string path, int most, string otherwise)
    {
        using var opened = Open(path);
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (var count = buffer.Length; count == buffer.Length;)
        {
            count = opened.Read(buffer);
            content.Write(buffer, 0, count);
            if (content.Length > most)
            {
                throw new DescentException($"{path} has more than {most} bytes, {otherwise}.");
            }
        }

        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    /// <summary>What lies in a folder, in the order of names.</summary>
    /// <param name="folder">The path as the user wrote it.</param>
    /// <param name="list">Lists its files or its folders.</param>
    /// <exception cref="DescentException">It cannot be read.</exception>
    public static string[] InFolder(string folder, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"The folder {folder} cannot be read: {Clause(exception)}.", exception);
        }
    }

    /// <summary>Fills <paramref name="buffer"/> as far as the content reaches and returns how many bytes came; fewer than asked: the end.</summary>
    /// <exception cref="DescentException">The file is damaged or cannot be read.</exception>
    public int Read(Span<byte> buffer)
    {
        if (checkedEnd)
        {
            return 0;
        }

        try
        {
            var count = ((Stream?)gzip ?? file).ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            length += count;
            if (count < buffer.Length && gzip is not null)
            {
                checkedEnd = GzipEnd.IsWhole(file, length) ? true : throw new InvalidDataException("The file ends inside a gzip member.");
            }

            return count;
        }
        catch (InvalidDataException exception)
        {
            throw new DescentException($"{Path} is a damaged or cut-off gzip file; make or fetch it again.", exception);
        }
        catch (IOException exception)
        {
            throw new DescentException($"{Path} cannot be read: {Clause(exception)}.", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        gzip?.Dispose();
        file.Dispose();
    }

    private static string Clause(Exception exception) => exception.Message.TrimEnd('.');
}
