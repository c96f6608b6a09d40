namespace Descent.State;

/// <summary>
/// Writes files so that a reader, also after a crash, finds either the old file or the new one: the content goes to a
/// temporary file beside it, is flushed to the disk, and is then renamed over it, and the folder is flushed, so that also the new name stays.
/// </summary>
public static class AtomicFile
{
    /// <summary>What is appended to a file's name while it is written.</summary>
    public const string TemporarySuffix = ".partial";

    /// <summary>Writes a file through <paramref name="write"/>.</summary>
    /// <exception cref="DescentException">The disk is full or the place cannot be written; the old file, if any, is unchanged.</exception>
    public static void Write(string path, Action<Stream> write) => WriteAll((path, write));

    /// <summary>Writes files that belong together: all are on the disk before the first of them takes its place.</summary>
    /// <exception cref="DescentException">The disk is full or a place cannot be written; the old files are unchanged.</exception>
    public static void WriteAll(params ReadOnlySpan<(string Path, Action<Stream> Write)> files)
    {
        foreach (var (path, write) in files)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            Guarded(path, files, () =>
            {
                using var stream = new FileStream(path + TemporarySuffix, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
                write(stream);
                stream.Flush(flushToDisk: true);
            });
        }

        foreach (var (path, _) in files)
        {
            Guarded(path, files, () => File.Move(path + TemporarySuffix, path, overwrite: true));
        }

        var flushed = "";
        foreach (var (path, _) in files)
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (folder != flushed)
            {
                FolderFlush.Flush(flushed = folder);
            }
        }
    }

    /// <summary>Writes a text file as UTF-8 without a byte-order mark.</summary>
    /// <exception cref="DescentException">The disk is full or the place cannot be written; the old file, if any, is unchanged.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void Guarded(string path, ReadOnlySpan<(string Path, Action<Stream> Write)> files, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            foreach (var (written, _) in files)
            {
                TryDelete(written + TemporarySuffix);
            }

            if (error is IOException or UnauthorizedAccessException)
            {
                throw new DescentException(
                    $"'{path}' could not be written ({error.Message.TrimEnd('.')}), and what was there is unchanged; make room or choose another folder.", error);
            }

            throw;
        }
    }

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
