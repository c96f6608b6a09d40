namespace Descent.Schedules;

/// <summary>What the omitted parts of a schedule's text mean.</summary>
/// <param name="LearningRate">The value where none is written; null when all must be written.</param>
/// <param name="TotalSteps">The number of updates that percentages refer to and that an open end fills; null when lengths must be written.</param>
public sealed record ScheduleContext(double? LearningRate = null, long? TotalSteps = null)
{
    /// <summary>The functions that <c>custom(NAME)</c> stands for; none by default.</summary>
    public IReadOnlyDictionary<string, Func<long, double>> Functions { get; init; } = new Dictionary<string, Func<long, double>>();
}
