namespace Descent.State;

/// <summary>
/// Writes files so that a reader, also after a crash, finds either the old file or the new one: the content goes to a
/// temporary file beside it, is flushed to the disk, and is then renamed over it.
/// </summary>
public static class AtomicFile
{
    /// <summary>What is appended to a file's name while it is written.</summary>
    public const string TemporarySuffix = ".partial";

    /// <summary>Writes a file through <paramref name="write"/>.</summary>
    /// <exception cref="DescentException">The disk is full or the place cannot be written; the old file, if any, is unchanged.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var temporary = path + TemporarySuffix;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new DescentException(
                $"'{path}' could not be written ({error.Message.TrimEnd('.')}), and what was there is unchanged; make room or choose another folder.", error);
        }
    }

    /// <summary>Writes a text file as UTF-8 without a byte-order mark.</summary>
    /// <exception cref="DescentException">The disk is full or the place cannot be written; the old file, if any, is unchanged.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report; a temporary file that stays is overwritten by the next write.
        }
    }
}
