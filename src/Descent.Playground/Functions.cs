using Descent.Optimizers;
namespace Descent.Playground;

/// <summary>An answer.</summary>
internal readonly record struct Answer(string Json, double[] Numbers);

internal static class Functions
{
    public static Answer Call(string function, string request) => new(FamilyTree.ToJson().ToJsonString(), [1, 2, double.NaN]);
}
