using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Descent.State;

/// <summary>A file in the address space: its pages are read when they are looked at.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* first;
    private readonly string path;
    private bool isDisposed;

    public MappedFile(SafeFileHandle handle, string path)
    {
        this.path = path;
        file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        first = pointer + view.PointerOffset;
    }

    /// <summary>A range of the file.</summary>
    public ReadOnlyMemory<byte> Bytes(long start, int length) => new Range(this, start, length).Memory;

    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
        }
    }

    private sealed class Range(MappedFile owner, long start, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => owner.isDisposed
            ? throw new ObjectDisposedException(nameof(TensorFile), $"'{owner.path}' was opened and closed again; copy tensors before closing it.")
            : new Span<byte>(owner.first + start, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(owner.first + start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
