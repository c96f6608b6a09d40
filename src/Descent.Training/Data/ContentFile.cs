using System.IO.Compression;

namespace Descent.Training.Data;

/// <summary>The bytes of a data file, decompressed where the file is gzip (told by its first two bytes, not by its name).</summary>
internal sealed class ContentFile : IDisposable
{
    private readonly Stream content;
    private readonly bool compressed;

    private ContentFile(string path, Stream content, bool compressed)
    {
        Path = path;
        this.content = content;
        this.compressed = compressed;
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

        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            if (!file.CanSeek)
            {
                throw new DescentException($"{path} is a pipe or device where a regular file must be; write the data to a file first.");
            }

            Span<byte> magic = stackalloc byte[2];
            var isGzip = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
            file.Position = 0;
            var opened = new ContentFile(path, isGzip ? new GZipStream(file, CompressionMode.Decompress) : file, isGzip);
            file = null;
            return opened;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"{path} cannot be read: {Clause(exception)}.", exception);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Fills <paramref name="buffer"/> as far as the content reaches and returns how many bytes came; fewer than asked: the end.</summary>
    /// <exception cref="DescentException">The file is damaged or cannot be read.</exception>
    public int Read(Span<byte> buffer)
    {
        try
        {
            return content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (compressed && exception is InvalidDataException or EndOfStreamException)
        {
            throw new DescentException($"{Path} is a damaged or cut-off gzip file; make or fetch it again.", exception);
        }
        catch (IOException exception)
        {
            throw new DescentException($"{Path} cannot be read: {Clause(exception)}.", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => content.Dispose();

    private static string Clause(Exception exception) => exception.Message.TrimEnd('.');
}
