using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Descent.Training.Tests.Data;

/// <summary>A folder of its own for one test, removed afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("descent-data-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return File(name);
    }

    /// <summary>An error's sentence with the folder's path taken out.</summary>
    public string Sentence(Action action) =>
        Assert.Throws<DescentException>(action).Message.Replace(Path + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal).Replace(Path, "FOLDER", StringComparison.Ordinal);

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    /// <summary>An IDX file of unsigned bytes.</summary>
    public static byte[] Idx(int[] sizes, params byte[] values)
    {
        var content = new byte[4 + (4 * sizes.Length) + values.Length];
        content[2] = 8;
        content[3] = (byte)sizes.Length;
        for (var i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4 + (4 * i)), sizes[i]);
        }

        values.CopyTo(content, 4 + (4 * sizes.Length));
        return content;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
