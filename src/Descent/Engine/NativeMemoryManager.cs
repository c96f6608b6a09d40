using System.Buffers;

namespace Descent.Engine;

/// <summary>Lets a native pointer be used as <see cref="Memory{T}"/>; it does not own what it points to.</summary>
internal sealed unsafe class NativeMemoryManager<T>(T* pointer, int length) : MemoryManager<T>
    where T : unmanaged
{
    private readonly T* pointer = pointer is not null || length == 0 ? pointer : throw new ArgumentNullException(nameof(pointer));

    public override Span<T> GetSpan() => new(pointer, length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(pointer + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
