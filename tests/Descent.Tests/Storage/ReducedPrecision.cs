using Descent.Engine;
using Descent.Optimizers;

namespace Descent.Tests.Storage;

/// <summary>The formats with fewer bits, and the methods that they are offered for.</summary>
public static class ReducedPrecision
{
    public static IReadOnlyList<StateFormat> Formats { get; } = [StateFormat.BFloat16, StateFormat.BFloat16Stochastic, StateFormat.EightBit];

    public static TheoryData<string> Methods() => [.. Catalogue.All.Select(entry => entry.Name).Where(IsOffered)];

    public static TheoryData<string> OtherMethods() => [.. Catalogue.All.Select(entry => entry.Name).Where(name => !IsOffered(name))];

    public static bool IsOffered(string name) =>
        Catalogue.Parse(name).Rule is { MeasuresNothing: true } rule && (rule.Scalars.Count == 0 || rule.Scope == Scope.Tensor);
}
