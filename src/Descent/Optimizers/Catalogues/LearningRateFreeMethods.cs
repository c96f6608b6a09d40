namespace Descent.Optimizers;

/// <summary>The size of the steps is estimated instead of set.</summary>
internal static class LearningRateFreeMethods
{
    public static MethodEntry[] All { get; } =
    [
        MethodEntry.Of(
            typeof(DAdaptSgd),
            () => new DAdaptSgd(),
            "dadapt_sgd",
            2023,
            MethodFamily.LearningRateFree,
            new("a lower bound of the distance to the solution in place of the learning rate", "sgd"),
            "SGD without a search for the learning rate; leave that at 1, with a schedule if you like",
            new("Defazio, Mishchenko", "Learning-Rate-Free Learning by D-Adaptation", "https://arxiv.org/abs/2301.07733", "the SGD variant"),
            departures: "A limit on the growth of d (as in the authors' code). Not shared with it: norms run over the parameters that have a gradient in the step, and the first norm is the first that is not 0, before which nothing moves.",
            caveat: "consistently outperformed by Prodigy in the experiments of the same authors (Mishchenko, Defazio 2024)."),
        MethodEntry.Of(
            typeof(DAdaptAdam),
            () => new DAdaptAdam(),
            "dadapt_adam",
            2023,
            MethodFamily.LearningRateFree,
            new("a lower bound of the distance to the solution in place of the learning rate", "adam", "dadapt_sgd"),
            "Adam without a search for the learning rate; leave that at 1, with a schedule if you like",
            new("Defazio, Mishchenko", "Learning-Rate-Free Learning by D-Adaptation", "https://arxiv.org/abs/2301.07733", "the Adam variant"),
            departures: "The weighted sum divides by the root of v before the present gradient is in it; growth limit and bias correction are options (as in the authors' code). Not shared with it: sums run over the parameters that have a gradient in the step, and at a rate of 0 the state goes on.",
            caveat: "consistently outperformed by Prodigy in the experiments of the same authors (Mishchenko, Defazio 2024)."),
        MethodEntry.Of(
            typeof(Dog),
            () => new Dog(),
            "dog",
            2023,
            MethodFamily.LearningRateFree,
            new("the distance from the start over the root of the summed squared norms", "sgd", "adagrad"),
            "fine-tuning without a search for the learning rate; evaluate an average of the iterates",
            new("Ivgi, Hinder, Carmon", "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule", "https://arxiv.org/abs/2302.12022", "equation DoG"),
            departures: "The polynomial averaging is left to an average of your own; norms run over the parameters that have a gradient in the step; weight decay is added to the gradient (as in the authors' code)."),
        MethodEntry.Of(
            typeof(Dowg),
            () => new Dowg(),
            "dowg",
            2023,
            MethodFamily.LearningRateFree,
            new("sums weighted by the squared distance", "dog"),
            "DoG that also adapts to smooth objectives",
            new("Khaled, Mishchenko, Jin", "DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent Method", "https://arxiv.org/abs/2305.16284", "Algorithm 1"),
            departures: "The initial distance is relative to 1 + the norm of the start (as in DoG; the paper's is absolute); epsilon stands beside the root (as in the authors' code); the weighted averaging is left to an average of your own; norms run over the parameters that have a gradient in the step."),
        MethodEntry.Of(
            typeof(Prodigy),
            () => new Prodigy(),
            "prodigy",
            2024,
            MethodFamily.LearningRateFree,
            new("a faster estimate of the distance", "adamw", "dadapt_adam"),
            "AdamW without a search for the learning rate; leave that at 1, best with a cosine schedule",
            new("Mishchenko, Defazio", "Prodigy: An Expeditiously Adaptive Parameter-Free Learner", "https://arxiv.org/abs/2306.06101", "the Adam version"),
            departures: "Epsilon is multiplied by the new d, both sums have the rate and d/d0, and growth limit, safeguard and bias correction are options (as in the authors' code). Not shared with it: the distance travelled is kept as the sum of all steps, which has its digits in float too; sums run over the parameters that have a gradient in the step; and at a rate of 0 the moments go on.",
            caveat: "four numbers of state per parameter, twice Adam's."),
    ];
}
