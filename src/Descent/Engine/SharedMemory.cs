using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Descent.Engine;

/// <summary>
/// Refuses parameters whose values share memory: they would be stepped twice, by threads at the same time. Shared weights
/// are one parameter. Addresses of managed arrays can move between two looks, so arrays are told apart by identity first.
/// </summary>
internal static class SharedMemory
{
    public static void Refuse(BoundParameter[] bound)
    {
        if (bound.Length == 1)
        {
            return;
        }

        var ranges = new Ranges();
        foreach (var item in bound)
        {
            item.Parameter.Accept(ranges);
        }
    }

    private sealed class Ranges : IParameterVisitor
    {
        private readonly Dictionary<Array, List<(long Start, long End, string Name)>> arrays = new(ReferenceEqualityComparer.Instance);
        private readonly List<(long Start, long End, string Name)> pointers = [];

        public void Visit<T>(Parameter<T> parameter)
            where T : unmanaged
        {
            if (parameter.Length == 0)
            {
                return;
            }

            if (MemoryMarshal.TryGetArray<T>(parameter.Values, out var segment))
            {
                ref var ranges = ref CollectionsMarshal.GetValueRefOrAddDefault(arrays, segment.Array!, out _);
                Add(ranges ??= [], segment.Offset, segment.Count, parameter.Name);
            }
            else
            {
                Add(pointers, Address(ref MemoryMarshal.GetReference(parameter.Values.Span)), parameter.Length * (long)Unsafe.SizeOf<T>(), parameter.Name);
            }
        }

        private static unsafe nint Address<T>(ref T first) => (nint)Unsafe.AsPointer(ref first);

        private static void Add(List<(long Start, long End, string Name)> ranges, long start, long length, string name)
        {
            if (ranges.Find(other => other.Start < start + length && start < other.End).Name is { } other)
            {
                throw new DescentException(
                    $"Parameters '{other}' and '{name}' share memory and would be stepped twice; give shared weights to the optimizer once.");
            }

            ranges.Add((start, start + length, name));
        }
    }
}
