namespace Descent.Optimizers;

/// <summary>The size of the steps is estimated instead of set.</summary>
internal static class LearningRateFreeMethods
{
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
    ];
}
