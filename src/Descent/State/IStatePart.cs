using System.Text.Json.Nodes;
using Descent.Text;

namespace Descent.State;

/// <summary>
/// What an optimizer saves beside the state of its methods: an average of the weights, the history of a clipping, a loss
/// scaler. An optimizer and the file that it reads must have the same parts.
/// </summary>
internal interface IStatePart
{
    /// <summary>The part's name in the header; its tensors are called <c>#name.</c> and what they belong to.</summary>
    string Name { get; }

    /// <summary>Adds the tensors to a file, and returns the numbers for its header.</summary>
    JsonObject Save(TensorFile file, string prefix);

    /// <summary>The names that <see cref="Save"/> gives to tensors, or may give.</summary>
    IEnumerable<string> TensorNames(string prefix);

    /// <summary>Checks what was saved, changes nothing, and returns what restores it.</summary>
    /// <exception cref="DescentException">It is incomplete or does not fit.</exception>
    Action Prepare(JsonFields json, TensorFile file, string prefix);
}
