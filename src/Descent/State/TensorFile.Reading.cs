using System.Buffers.Binary;
using Descent.Text;

namespace Descent.State;

/// <content>How files are read.</content>
public sealed partial class TensorFile
{
    private readonly Dictionary<string, uint> checksums = new(StringComparer.Ordinal);
    private readonly MappedFile? mapped;
    private readonly string name = "the file";

    /// <summary>Reads a file whole, and compares its checksums.</summary>
    /// <exception cref="DescentException">It is missing, truncated, damaged or not of the format.</exception>
    public static TensorFile Read(string path) => FromDisk(path, stream => Parse(stream, path));

    /// <summary>
    /// Opens a file of any size without reading it: the header is checked, and a tensor's bytes are read when they are looked at. Checksums
    /// are compared by <see cref="Verify"/>. The file must stay as it is until the object is disposed of; its tensors cannot be used after that.
    /// </summary>
    /// <exception cref="DescentException">It is missing, truncated or not of the format.</exception>
    public static TensorFile Open(string path) => FromDisk(path, stream =>
    {
        CheckLength(stream.Length, path);
        var mapping = new MappedFile(stream.SafeFileHandle, path);
        try
        {
            var headerLength = HeaderLength(mapping.Bytes(0, LengthBytes).Span, stream.Length, path);
            var header = TensorHeader.Parse(mapping.Bytes(LengthBytes, headerLength).Span, stream.Length - LengthBytes - headerLength, path);
            return new TensorFile(header, path, entry => mapping.Bytes(LengthBytes + headerLength + entry.Start, entry.Length), mapping);
        }
        catch (DescentException)
        {
            mapping.Dispose();
            throw;
        }
    });

    /// <summary>Reads from a stream that can seek, every tensor into memory of its own, and compares the checksums.</summary>
    /// <param name="stream">At the beginning of the file, which is the rest of the stream.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="DescentException">The bytes are truncated, damaged or not of the format.</exception>
    public static TensorFile Parse(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var length = stream.Length - stream.Position;
        CheckLength(length, name);
        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        var text = new byte[HeaderLength(prefix, length, name)];
        stream.ReadExactly(text);
        var header = TensorHeader.Parse(text, length - LengthBytes - text.Length, name);
        var bytes = new Dictionary<string, byte[]>(header.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in header.Entries.OrderBy(entry => entry.Start))
        {
            stream.ReadExactly(bytes[entry.Name] = new byte[entry.Length]);
        }

        var file = new TensorFile(header, name, entry => bytes[entry.Name]);
        file.Verify();
        return file;
    }

    /// <summary>Compares the checksums that the file has with its tensors' bytes.</summary>
    /// <exception cref="DescentException">One differs; the message names the tensor.</exception>
    public void Verify()
    {
        foreach (var tensor in tensors.Values)
        {
            if (IsDamaged(tensor.Name))
            {
                throw TensorHeader.Bad(name, $"the bytes of tensor '{Shown.Brief(tensor.Name, 200)}' do not have the checksum they were saved with");
            }
        }
    }

    /// <summary>Whether a tensor has a checksum, and its bytes another.</summary>
    public bool IsDamaged(string tensor) => checksums.TryGetValue(tensor, out var saved) && Crc32C.Of(this[tensor].Bytes.Span) != saved;

    /// <summary>Whether a tensor has a checksum: not, when another program wrote the file.</summary>
    public bool HasChecksum(string tensor) => checksums.ContainsKey(tensor);

    /// <summary>Closes a file that was opened by <see cref="Open"/>; does nothing for others.</summary>
    public void Dispose() => mapped?.Dispose();

    private TensorFile(TensorHeader header, string name, Func<TensorHeader.Entry, ReadOnlyMemory<byte>> bytesOf, MappedFile? mapped = null)
    {
        (this.name, this.mapped, checksums) = (name, mapped, header.Checksums);
        foreach (var (key, value) in header.Metadata)
        {
            Metadata[key] = value;
        }

        foreach (var entry in header.Entries)
        {
            tensors.Add(entry.Name, new StoredTensor(entry.Name, entry.ElementType, entry.Shape, bytesOf(entry)));
        }
    }

    private static TensorFile FromDisk(string path, Func<FileStream, TensorFile> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new DescentException(Directory.Exists(path)
                ? $"'{path}' is a folder; name the file in it."
                : $"The file '{path}' does not exist; check the name and the folder.");
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);
            return stream.CanSeek ? read(stream) : throw new DescentException($"'{path}' is not a file but a stream; save it to a file first.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"The file '{path}' could not be read ({error.Message.TrimEnd('.')}); check its permissions.", error);
        }
    }

    private static void CheckLength(long length, string name)
    {
        if (length < LengthBytes)
        {
            throw TensorHeader.Bad(name, $"it has {length} bytes, fewer than the {LengthBytes} of the header's length");
        }
    }

    private static int HeaderLength(ReadOnlySpan<byte> prefix, long length, string name)
    {
        var header = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        return header < 2 || header > (ulong)(length - LengthBytes) ? throw TensorHeader.Bad(name, $"its header of {header} bytes does not fit into the file's {length}")
            : header > TensorHeader.Largest ? throw TensorHeader.Bad(name, $"its header has {header} bytes, and the format allows {TensorHeader.Largest}")
            : (int)header;
    }
}
