namespace Descent.Optimizers;

/// <summary>An average of the iterates is evaluated, or pulls them back.</summary>
internal static class AveragingMethods
{
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        MethodEntry.Of<ScheduleFreeSgd>(
            "schedule_free_sgd",
            2024,
            MethodFamily.Averaging,
            new("an average in place of a schedule, and gradients between the two", "sgd"),
            "SGD when the number of steps is not known beforehand",
            new("Defazio et al.", "The Road Less Scheduled", "https://arxiv.org/abs/2405.15682", "Algorithm 1"),
            departures: "Evaluate at the evaluation point (Optimizer.MoveTo); the state file says which point was saved."),
    ];
}
