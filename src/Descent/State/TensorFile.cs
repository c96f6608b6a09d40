using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Descent.Numerics;
using Descent.Text;

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
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, StoredTensor> added = new(StringComparer.Ordinal);
    private IDictionary<string, string>? metadata;

    /// <summary>Creates one without tensors.</summary>
    public TensorFile()
    {
    }

    /// <summary>The tensors, in the order in which they were added or stand in the file.</summary>
    public IReadOnlyCollection<StoredTensor> Tensors => read is null ? added.Values : new AllTensors(this);

    /// <summary>Text by name, kept in the header.</summary>
    public IDictionary<string, string> Metadata => metadata ??= new SortedDictionary<string, string>(read?.Metadata() ?? [], StringComparer.Ordinal);

    /// <summary>The name of an element type in the format.</summary>
    public static string ElementTypeOf<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? "F32"
        : typeof(T) == typeof(double) ? "F64"
        : typeof(T) == typeof(Half) ? "F16"
        : typeof(T) == typeof(BFloat16) ? "BF16"
        : typeof(T) == typeof(long) ? "I64"
        : typeof(T) == typeof(int) ? "I32"
        : typeof(T) == typeof(short) ? "I16"
        : typeof(T) == typeof(sbyte) ? "I8"
        : typeof(T) == typeof(ulong) ? "U64"
        : typeof(T) == typeof(uint) ? "U32"
        : typeof(T) == typeof(ushort) ? "U16"
        : typeof(T) == typeof(byte) ? "U8"
        : throw new NotSupportedException($"{typeof(T).Name} is not an element type of tensor files.");

    /// <summary>Adds a tensor; its elements are copied now.</summary>
    /// <param name="name">Unique within the file, and Unicode text.</param>
    /// <param name="shape">The sizes of the axes.</param>
    /// <param name="values">The elements, row-major.</param>
    /// <exception cref="DescentException">The name is taken, or the shape does not fit the number of elements.</exception>
    public void Add<T>(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        var (count, sizes) = (1L, shape.ToArray());
        foreach (var size in sizes)
        {
            count = size < 0 ? -1 : Math.Min(count * size, int.MaxValue + 1L);
        }

        if (count != values.Length)
        {
            throw new DescentException($"Tensor '{name}' of shape [{string.Join(", ", sizes)}] does not have {values.Length} elements; make them fit.");
        }

        var length = count * Unsafe.SizeOf<T>();
        if (length > Array.MaxLength)
        {
            throw new DescentException($"Tensor '{name}' has {length} bytes, and at most {Array.MaxLength} can be saved as one; split the parameter.");
        }

        var copy = new byte[length];
        MemoryMarshal.AsBytes(values.Span).CopyTo(copy);
        Add(new StoredTensor(name, ElementTypeOf<T>(), sizes, copy));
    }

    /// <summary>The tensor of that name, or null.</summary>
    public StoredTensor? Find(string name) => read?.Find(name) is >= 0 and var tensor ? Stored(tensor) : added.GetValueOrDefault(name);

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="DescentException">There is none.</exception>
    public StoredTensor this[string name] => Find(name)
        ?? throw new DescentException($"The file has no tensor '{name}'; it has {string.Join(", ", Tensors.Take(8).Select(other => Shown.Brief(other.Name, 200)))}.");

    /// <summary>Adds a tensor of any element type of the format, as it is.</summary>
    /// <exception cref="DescentException">The name is taken or no text, the type is unknown, or the bytes are not those of type and shape.</exception>
    public void Add(StoredTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Name == TensorHeader.MetadataKey)
        {
            throw new DescentException($"A tensor cannot be named '{TensorHeader.MetadataKey}': the format uses that name; choose another.");
        }

        if (!IsText(tensor.Name))
        {
            throw new DescentException("A tensor's name must be Unicode text, but half of a surrogate pair stands in it; choose another name.");
        }

        if (ElementTypes.BitsOf(tensor.ElementType) == 0)
        {
            throw new DescentException($"The type of tensor '{Shown.Brief(tensor.Name, 200)}' must be one of {ElementTypes.Names}, but was {tensor.ElementType}.");
        }

        if (ElementTypes.BytesOf(tensor.ElementType, [.. tensor.Shape]) != tensor.Bytes.Length)
        {
            throw new DescentException($"Tensor '{Shown.Brief(tensor.Name, 200)}' of shape [{string.Join(", ", tensor.Shape)}] and type {tensor.ElementType} does not have {tensor.Bytes.Length} bytes; make them fit.");
        }

        if (read?.Find(tensor.Name) >= 0 || !added.TryAdd(tensor.Name, tensor))
        {
            throw new DescentException($"Tensor names must be unique within a file, but '{Shown.Brief(tensor.Name, 200)}' occurs twice.");
        }
    }

    private static bool IsText(string name)
    {
        try
        {
            return Strict.GetByteCount(name) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
