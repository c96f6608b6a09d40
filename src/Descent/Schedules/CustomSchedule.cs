namespace Descent.Schedules;

/// <summary>A function of the caller's. Its text is its name, which is read back where <see cref="ScheduleContext.Functions"/> knows it.</summary>
/// <param name="Name">Letters and dashes, a letter first.</param>
/// <param name="Function">The value by update; it must be pure, finite and at least 0.</param>
public sealed record CustomSchedule(string Name, Func<long, double> Function) : Schedule
{
    /// <summary>Letters and dashes, a letter first.</summary>
    public string Name { get; init; } = Name.Length > 0 && Name[0] != '-' && Name.All(letter => char.IsAsciiLetter(letter) || letter == '-')
        ? Name
        : throw new DescentException($"The name of a custom schedule must be letters and dashes, a letter first, but was '{Name}'.");

    /// <inheritdoc/>
    public override double At(long update) => Function(update) is var value && double.IsFinite(value) && value >= 0
        ? value
        : throw new DescentException($"The custom schedule '{Name}' must give a number of at least 0, but gave {Text(Function(update))} at update {update}.");

    /// <inheritdoc/>
    public override string ToString() => $"custom({Name})";
}
