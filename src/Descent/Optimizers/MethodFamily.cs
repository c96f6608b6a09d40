namespace Descent.Optimizers;

/// <summary>What kind of method it is: how the catalogue is grouped.</summary>
public enum MethodFamily
{
    /// <summary>Gradient descent, momentum, and signs.</summary>
    Momentum,

    /// <summary>A rate for every coordinate from its own history of squares.</summary>
    Adaptive,

    /// <summary>Momentum and squares together: Adam and what followed.</summary>
    Adam,

    /// <summary>Less state than one number per parameter.</summary>
    MemoryLean,

    /// <summary>Steps scaled by the norms of a layer.</summary>
    LayerWise,

    /// <summary>Steps divided by an estimate of curvature that is supplied.</summary>
    Curvature,

    /// <summary>The size of the steps is estimated instead of set.</summary>
    LearningRateFree,

    /// <summary>An average of the iterates is evaluated, or pulls them back.</summary>
    Averaging,

    /// <summary>What can be put around any method.</summary>
    Wrapper,
}
