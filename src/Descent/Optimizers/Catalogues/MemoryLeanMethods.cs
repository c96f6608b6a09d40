namespace Descent.Optimizers;

/// <summary>Less state than one number per parameter.</summary>
internal static class MemoryLeanMethods
{
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
    ];
}
