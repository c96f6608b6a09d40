namespace Descent.Optimizers;

/// <summary>Where a method stands in the family: what it adds, and to which.</summary>
/// <param name="Adds">In a few words.</param>
/// <param name="Parents">The names of the methods that it continues, the nearest first; none for the roots.</param>
public sealed record Heritage(string Adds, params string[] Parents)
{
    /// <inheritdoc/>
    public bool Equals(Heritage? other) => other is not null && Adds == other.Adds && Parents.SequenceEqual(other.Parents, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Adds);
}
