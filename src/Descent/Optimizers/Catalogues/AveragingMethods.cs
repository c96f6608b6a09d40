namespace Descent.Optimizers;

/// <summary>An average of the iterates is evaluated, or pulls them back.</summary>
internal static class AveragingMethods
{
    public static MethodEntry[] All { get; } =
    [
        MethodEntry.Of(
            typeof(ScheduleFreeSgd),
            () => new ScheduleFreeSgd(),
            "schedule_free_sgd",
            2024,
            MethodFamily.Averaging,
            new("an average in place of a schedule, and gradients between the two", "sgd"),
            "SGD when the number of steps is not known beforehand",
            new("Defazio et al.", "The Road Less Scheduled", "https://arxiv.org/abs/2405.15682", "Algorithm 1"),
            departures: "The warmup and the weights of the average are part of the method (as in the authors' code). Moving to the evaluation point (Optimizer.MoveTo) and back restores the very bits, where the authors' code recomputes the training point; the state file says which point was saved."),
        MethodEntry.Of(
            typeof(ScheduleFreeAdamW),
            () => new ScheduleFreeAdamW(),
            "schedule_free_adamw",
            2024,
            MethodFamily.Averaging,
            new("gradients divided as in Adam", "schedule_free_sgd", "adamw"),
            "AdamW when the number of steps is not known beforehand",
            new("Defazio et al.", "The Road Less Scheduled", "https://arxiv.org/abs/2405.15682", "Algorithm 1"),
            departures: "Weight decay is taken at the training point (as in the authors' code). Moving to the evaluation point (Optimizer.MoveTo) and back restores the very bits, where the authors' code recomputes the training point."),
        MethodEntry.Of(
            typeof(ScheduleFreeRAdam),
            () => new ScheduleFreeRAdam(),
            "schedule_free_radam",
            2024,
            MethodFamily.Averaging,
            new("a warmup that follows from the variance of the mean square", "schedule_free_adamw", "radam"),
            "Schedule-Free AdamW without a warmup to set",
            new("Defazio et al.; Liu et al.", "The Road Less Scheduled; On the Variance of the Adaptive Learning Rate and Beyond", "https://arxiv.org/abs/2405.15682", "Algorithm 1; Algorithm 2 of arXiv 1908.03265"),
            departures: "The form is that of the authors' code (RAdamScheduleFree), without its experimental cautious option; a warmup, which it does not need, can be added; for beta2 up to 0.6 no step is rectified."),
        MethodEntry.Of(
            typeof(Ranger),
            () => new Ranger(),
            "ranger",
            2020,
            MethodFamily.Averaging,
            new("three methods in one", "radam", "gradient_centralization", "lookahead"),
            "convolutional networks, with a constant rate and a cosine at the end",
            new("Wright", "Ranger, a synergistic optimizer", "https://github.com/lessw2020/Ranger-Deep-Learning-Optimizer", "the code; there is no paper"),
            departures: "Gradient centralization can be switched off (the author's code reads that option and ignores it). Synchronization counts the steps of each tensor (as in the author's code). The evaluation point is that of the slow parameters."),
    ];
}
