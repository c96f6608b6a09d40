using System.Collections;

namespace Descent.Training.Data;

/// <summary>Names by position, made when they are asked for: of sparse rows there may be millions.</summary>
/// <param name="Prefix">What comes before the number.</param>
/// <param name="Count">How many there are.</param>
/// <param name="First">The first number.</param>
/// <param name="Except">The place, from 0, of a number that is left out; −1 for none.</param>
internal sealed record NumberedNames(string Prefix, int Count, int First = 1, int Except = -1) : IReadOnlyList<string>
{
    public string this[int index] => (uint)index < (uint)Count
        ? $"{Prefix}{First + index + (Except >= 0 && index >= Except ? 1 : 0)}"
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} names.");

    public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
