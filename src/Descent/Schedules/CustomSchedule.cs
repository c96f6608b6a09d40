namespace Descent.Schedules;

/// <summary>A function of the caller's. Its text is its name, which only the caller can read back.</summary>
/// <param name="Name">Letters and dashes; not empty.</param>
/// <param name="Function">The value by update; it must be pure, finite and at least 0.</param>
public sealed record CustomSchedule(string Name, Func<long, double> Function) : Schedule
{
    /// <summary>Letters and dashes; not empty.</summary>
    public string Name { get; init; } = Name.Length > 0 && Name.All(letter => char.IsAsciiLetter(letter) || letter == '-')
        ? Name
        : throw new DescentException($"The name of a custom schedule must be letters and dashes, but was '{Name}'.");

    /// <inheritdoc/>
    public override double At(long update) => Function(update) is var value && double.IsFinite(value) && value >= 0
        ? value
        : throw new DescentException($"The custom schedule '{Name}' must give a number of at least 0, but gave {Text(Function(update))} at update {update}.");

    /// <inheritdoc/>
    public override string ToString() => $"custom({Name})";
}
