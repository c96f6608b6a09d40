namespace Descent.Optimizers;

/// <summary>Steps divided by an estimate of curvature that is supplied.</summary>
internal static class CurvatureMethods
{
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
    ];
}
