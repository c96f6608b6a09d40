namespace Descent.Optimizers;

/// <summary>What can be put around any method.</summary>
internal static class WrapperMethods
{
    public static MethodEntry[] All { get; } =
    [
        MethodEntry.Of(
            typeof(Lookahead),
            () => new Lookahead(),
            "lookahead",
            2019,
            MethodFamily.Wrapper,
            new("slow parameters that follow every few steps"),
            "a steadier version of any method, with one more number of state",
            new("Zhang, Lucas, Hinton, Ba", "Lookahead Optimizer: k steps forward, 1 step back", "https://arxiv.org/abs/1907.08610", "Algorithm 1"),
            departures: "The slow parameters start as the initial ones, as in the paper (some ports create them at the first synchronization, which makes that one a no-op). Pulling back the momentum shrinks it, as the authors' code does; interpolating it is what the paper says. The evaluation point is that of the slow parameters."),
        MethodEntry.Of(
            typeof(GradientCentralization),
            () => new GradientCentralization(),
            "gradient_centralization",
            2020,
            MethodFamily.Wrapper,
            new("gradients without their mean over each row"),
            "convolutional networks; a little better generalization for nothing",
            new("Yong, Huang, Hua, Zhang", "Gradient Centralization: A New Optimization Technique for Deep Neural Networks", "https://arxiv.org/abs/2004.01461", "equation 1"),
            departures: "Coupled weight decay is added before the mean is taken (as in the authors' code)."),
        MethodEntry.Of(
            typeof(Cautious),
            () => new Cautious(),
            "cautious",
            2024,
            MethodFamily.Wrapper,
            new("no step against the present gradient"),
            "a somewhat faster version of any method with momentum",
            new("Liang, Chen, Liu, Liu", "Cautious Optimizers: Improving Training with One Line of Code", "https://arxiv.org/abs/2411.16085", "Algorithm 1"),
            departures: "The mask compares the direction with the gradient for every method, where the authors' AdamW compares the momentum, which has the same sign."),
    ];
}
