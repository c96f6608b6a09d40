namespace Descent.Schedules;

/// <summary>A number in the text of a schedule.</summary>
/// <param name="Value">What it is.</param>
/// <param name="Whole">The same to the last digit, where only digits were written.</param>
/// <param name="At">The place of its first character.</param>
internal readonly record struct ScheduleNumber(double Value, long? Whole, int At)
{
    /// <summary>Whether it is followed by '%'.</summary>
    public bool IsPercentage { get; init; }
}
