using System.Collections;

namespace Descent.Text;

/// <summary>A list that does not change and is compared by what it holds, for records.</summary>
/// <typeparam name="T">What it holds.</typeparam>
/// <param name="items">They are copied.</param>
public sealed class ValueList<T>(params IEnumerable<T> items) : IReadOnlyList<T>, IEquatable<ValueList<T>>
    where T : IComparable<T>, IEquatable<T>
{
    private readonly T[] items = [.. items];

    /// <inheritdoc/>
    public int Count => items.Length;

    /// <inheritdoc/>
    public T this[int index] => items[index];

    /// <summary>How many items are at most <paramref name="value"/>, in a list that goes from small to large.</summary>
    public int CountUpTo(T value)
    {
        var (low, high) = (0, items.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (items[middle].CompareTo(value) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <inheritdoc/>
    public bool Equals(ValueList<T>? other) => other is not null && items.AsSpan().SequenceEqual(other.items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => items.Length == 0 ? 0 : HashCode.Combine(items.Length, items[0], items[^1]);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
