namespace Descent.Optimizers;

/// <summary>
/// Makes a property of a method's record an option: its meaning and its allowed values, stated once. Validation, JSON,
/// the command line and <c>descent optimizers show</c> all read it here; the default is the one of the record itself.
/// </summary>
/// <param name="meaning">What the option is, in a few words, with the paper's letter.</param>
/// <param name="range">The allowed values as an interval, <c>[0, 1)</c>; null for options that are not numbers.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string meaning, string? range = null) : Attribute
{
    /// <summary>What the option is, in a few words, with the paper's letter.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>The allowed values as an interval, or null for options that are not numbers.</summary>
    public string? Range { get; } = range;
}
