using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.State;

/// <summary>A tensor in a file: its element type as the format names it, its shape, and its bytes.</summary>
/// <param name="Name">Unique within the file.</param>
/// <param name="ElementType"><c>F32</c>, <c>F64</c>, <c>I64</c>, <c>U8</c>, … as in safetensors.</param>
/// <param name="Shape">The sizes of the axes, row-major.</param>
/// <param name="Bytes">Little-endian.</param>
public sealed record StoredTensor(string Name, string ElementType, IReadOnlyList<int> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Copies the elements; they must be of that type.</summary>
    /// <exception cref="DescentException">The tensor has another element type or length.</exception>
    public void CopyTo<T>(Span<T> destination)
        where T : unmanaged
    {
        if (TensorFile.ElementTypeOf<T>() != ElementType)
        {
            throw new DescentException($"Tensor '{Name}' must be {TensorFile.ElementTypeOf<T>()}, but is {ElementType}.");
        }

        var elements = MemoryMarshal.Cast<byte, T>(Bytes.Span);
        if (elements.Length != destination.Length)
        {
            throw new DescentException($"Tensor '{Name}' must have {destination.Length} elements, but has {elements.Length}.");
        }

        elements.CopyTo(destination);
    }
}

/// <summary>
/// Named tensors and text metadata in one file, in the safetensors format: 8 bytes with the length of a JSON header, the
/// header, the raw little-endian data. Python's safetensors package reads and writes the same files.
/// </summary>
public sealed partial class TensorFile : IDisposable
{
    private readonly Dictionary<string, StoredTensor> tensors = new(StringComparer.Ordinal);

    /// <summary>The tensors, in the order in which they were added or stand in the file.</summary>
    public IReadOnlyCollection<StoredTensor> Tensors => tensors.Values;

    /// <summary>Text by name, kept in the header.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The name of an element type in the format.</summary>
    public static string ElementTypeOf<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? "F32"
        : typeof(T) == typeof(double) ? "F64"
        : typeof(T) == typeof(Half) ? "F16"
        : typeof(T) == typeof(BFloat16) ? "BF16"
        : typeof(T) == typeof(long) ? "I64"
        : typeof(T) == typeof(int) ? "I32"
        : typeof(T) == typeof(byte) ? "U8"
        : throw new NotSupportedException($"{typeof(T).Name} is not an element type of tensor files.");

    /// <summary>Adds a tensor; its elements are copied now.</summary>
    /// <exception cref="DescentException">The name is taken, or the shape does not fit the number of elements.</exception>
    public void Add<T>(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        var count = 1L;
        foreach (var size in shape)
        {
            count = size < 0 ? -1 : Math.Min(count * size, int.MaxValue + 1L);
        }

        if (count != values.Length)
        {
            throw new DescentException($"Tensor '{name}' of shape [{string.Join(", ", shape.ToArray())}] does not have {values.Length} elements; make them fit.");
        }

        var bytes = new byte[checked(values.Length * Marshal.SizeOf<T>())];
        MemoryMarshal.AsBytes(values.Span).CopyTo(bytes);
        Add(new StoredTensor(name, ElementTypeOf<T>(), shape.ToArray(), bytes));
    }

    /// <summary>Closes a file that was opened by <see cref="Open"/>; does nothing for others.</summary>
    public void Dispose() => mapped?.Dispose();

    /// <summary>The tensor of that name, or null.</summary>
    public StoredTensor? Find(string name) => tensors.GetValueOrDefault(name);

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="DescentException">There is none.</exception>
    public StoredTensor this[string name] => Find(name)
        ?? throw new DescentException($"The file has no tensor '{name}'; it has {string.Join(", ", tensors.Keys.Take(8))}.");

    /// <summary>Adds a tensor of any element type of the format, as it is.</summary>
    /// <exception cref="DescentException">The name is taken.</exception>
    public void Add(StoredTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Name == MetadataKey)
        {
            throw new DescentException($"A tensor cannot be named '{MetadataKey}': the format uses that name; choose another.");
        }

        if (!tensors.TryAdd(tensor.Name, tensor))
        {
            throw new DescentException($"Tensor names must be unique within a file, but '{tensor.Name}' occurs twice.");
        }
    }
}
