using System.Text.Json.Nodes;
using Descent.Optimizers;

namespace Descent.Landscapes.Interface;

/// <summary>The range of a slider over an option, narrower than what is allowed.</summary>
/// <param name="Low">The left end.</param>
/// <param name="High">The right end.</param>
/// <param name="IsLogarithmic">Whether equal ways are equal factors.</param>
internal sealed record Slider(double Low, double High, bool IsLogarithmic)
{
    /// <summary>The slider of an option; null where it is a choice or has no natural range.</summary>
    public static Slider? Of(MethodOption option) => option switch
    {
        { IsChoice: true } => null,
        { Name: "learning_rate" } => new(1e-4, 1, true),
        { Name: "weight_decay" } => new(1e-5, 1, true),
        { Name: var name } when name.StartsWith("epsilon", StringComparison.Ordinal) => new(1e-10, 1, true),
        { Range: "[0, 1)" } => new(0, 0.9999, false),
        { Range: "[0, 1]" or "(0, 1]" or "(0, 1)" } => new(0, 1, false),
        _ => null,
    };

    public JsonObject ToJson() => new() { ["low"] = Low, ["high"] = High, ["logarithmic"] = IsLogarithmic };
}
