using System.IO.Compression;
using System.Security.Cryptography;
using Descent.State;

namespace Descent.Cli.Playground;

/// <summary>A file of the playground, with its compressed twins.</summary>
internal sealed record SiteFile(byte[] Plain, byte[] Brotli, byte[] Gzip, string ContentType, string Tag);

/// <summary>The playground's files, read from the archive that stands beside the program.</summary>
internal sealed class PlaygroundSite
{
    private const string BrotliSuffix = ".br";
    private const string GzipSuffix = ".gz";

    private static readonly Dictionary<string, string> ContentTypes = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".png"] = "image/png",
        [".txt"] = "text/plain; charset=utf-8",
        [".wasm"] = "application/wasm",
    };

    private readonly SortedDictionary<string, byte[]> entries = new(StringComparer.Ordinal);

    private PlaygroundSite(ZipArchive archive)
    {
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            using var content = new MemoryStream();
            stream.CopyTo(content);
            entries[entry.FullName] = content.ToArray();
        }

        Files = entries.Keys
            .Where(name => !name.EndsWith(BrotliSuffix, StringComparison.Ordinal) && !name.EndsWith(GzipSuffix, StringComparison.Ordinal))
            .ToDictionary(name => name, name => new SiteFile(
                entries[name],
                entries[name + BrotliSuffix],
                entries[name + GzipSuffix],
                ContentTypes.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream"),
                $"\"{Convert.ToHexStringLower(SHA256.HashData(entries[name]))[..32]}\""));
    }

    /// <summary>Where the archive is.</summary>
    public static string Archive => Path.Combine(AppContext.BaseDirectory, "playground.zip");

    /// <summary>The files by their path from the site's root, with <c>/</c> between folders.</summary>
    public IReadOnlyDictionary<string, SiteFile> Files { get; }

    /// <exception cref="DescentException">The archive is missing or damaged.</exception>
    public static PlaygroundSite Open(string? path = null)
    {
        path ??= Archive;
        try
        {
            using var archive = ZipFile.OpenRead(path);
            return new PlaygroundSite(archive);
        }
        catch (Exception cause) when (cause is IOException or InvalidDataException or KeyNotFoundException or UnauthorizedAccessException)
        {
            throw new DescentException($"The playground's files, '{path}', are missing or damaged; build or install descent again.", cause);
        }
    }

    /// <summary>Writes all files for any static host, compressed twins beside them.</summary>
    /// <exception cref="DescentException">The folder is not empty, is a file, or cannot be written.</exception>
    public void Export(string folder, bool overwrite)
    {
        if (File.Exists(folder))
        {
            throw new DescentException($"The output folder '{folder}' is a file; choose another.");
        }

        if (!overwrite && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new DescentException($"The output folder '{folder}' is not empty; use --overwrite to write over files of the same names, or another folder.");
        }

        try
        {
            foreach (var name in entries.Keys)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"The output folder '{folder}' cannot be used ({cause.Message.TrimEnd('.')}); choose another.", cause);
        }

        foreach (var (name, content) in entries)
        {
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(content));
        }
    }
}
