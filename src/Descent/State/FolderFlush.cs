using System.Runtime.InteropServices;

namespace Descent.State;

/// <summary>
/// Brings a folder's list of names to the disk. .NET opens files only, so that it takes three functions of the C library; Windows writes names
/// with the file, and has no such function.
/// </summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;

    /// <summary>Flushes the folder where the system can: not every file system does, and a folder may be closed to reading. The files in it are whole either way.</summary>
    /// <returns>Whether it was flushed.</returns>
    public static bool Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD())
        {
            return false;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            return false;
        }

        var isFlushed = Synchronize(descriptor) == 0;
        return Close(descriptor) == 0 && isFlushed;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
