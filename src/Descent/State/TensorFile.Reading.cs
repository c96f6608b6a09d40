using System.Buffers.Binary;
using System.Collections;
using Descent.Text;

namespace Descent.State;

/// <content>How files are read.</content>
public sealed partial class TensorFile
{
    private readonly HeaderRecords? read;
    private readonly Func<long, int, ReadOnlyMemory<byte>>? bytes;
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
            var header = TensorHeader.Read(mapping.Bytes(LengthBytes, headerLength).Span, stream.Length - LengthBytes - headerLength, path);
            return new TensorFile(header, path, (start, length) => mapping.Bytes(LengthBytes + headerLength + start, length), mapping);
        }
        catch (DescentException)
        {
            mapping.Dispose();
            throw;
        }
    });

    /// <summary>Reads from a stream that can seek, all tensors into memory, and compares the checksums.</summary>
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
        var header = TensorHeader.Take(text, length - LengthBytes - text.Length, name);
        long[] starts = [.. header.Cuts];
        var blocks = new byte[Math.Max(0, starts.Length - 1)][];
        for (var i = 0; i < blocks.Length; i++)
        {
            stream.ReadExactly(blocks[i] = new byte[starts[i + 1] - starts[i]]);
        }

        var file = new TensorFile(header, name, (start, size) =>
        {
            // An empty tensor may begin where the last block ends.
            var block = Math.Min(Array.BinarySearch(starts, start) is >= 0 and var exact ? exact : ~Array.BinarySearch(starts, start) - 1, blocks.Length - 1);
            return size == 0 ? default : blocks[block].AsMemory((int)(start - starts[block]), size);
        });
        file.Verify();
        return file;
    }

    /// <summary>Compares the checksums that the file has with its tensors' bytes.</summary>
    /// <exception cref="DescentException">One differs; the message names the tensor.</exception>
    public void Verify()
    {
        foreach (var tensor in read?.Tensors ?? [])
        {
            if (IsDamaged(tensor))
            {
                throw TensorHeader.Bad(name, $"the bytes of tensor '{Shown.Brief(read!.NameOf(tensor), 200)}' do not have the checksum they were saved with");
            }
        }
    }

    /// <summary>Whether a tensor has a checksum, and its bytes another.</summary>
    public bool IsDamaged(string tensor) => read?.Find(tensor) is >= 0 and var found && IsDamaged(found);

    /// <summary>Whether a tensor has a checksum: not, when another program wrote the file.</summary>
    public bool HasChecksum(string tensor) => read?.Find(tensor) is >= 0 and var found && read.ChecksumOf(found) is not null;

    /// <summary>Closes a file that was opened by <see cref="Open"/>; does nothing for others.</summary>
    public void Dispose() => mapped?.Dispose();

    private TensorFile(HeaderRecords read, string name, Func<long, int, ReadOnlyMemory<byte>> bytes, MappedFile? mapped = null) =>
        (this.read, this.name, this.bytes, this.mapped) = (read, name, bytes, mapped);

    private bool IsDamaged(int tensor)
    {
        var (start, end) = read!.RangeOf(tensor);
        return read.ChecksumOf(tensor) is { } saved && Crc32C.Of(bytes!(start, (int)(end - start)).Span) != saved;
    }

    private StoredTensor Stored(int tensor)
    {
        var (start, end) = read!.RangeOf(tensor);
        return new StoredTensor(read.NameOf(tensor), read.ElementTypeOf(tensor), read.ShapeOf(tensor), bytes!(start, (int)(end - start)));
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

    /// <summary>Those of the file that was read, which are made when they are asked for, and those that were added.</summary>
    private sealed class AllTensors(TensorFile file) : IReadOnlyCollection<StoredTensor>
    {
        public int Count => file.read!.Count + file.added.Count;

        public IEnumerator<StoredTensor> GetEnumerator()
        {
            foreach (var tensor in file.read!.Tensors)
            {
                yield return file.Stored(tensor);
            }

            foreach (var tensor in file.added.Values)
            {
                yield return tensor;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
