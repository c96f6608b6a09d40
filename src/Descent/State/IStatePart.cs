using System.Text.Json.Nodes;
using Descent.Engine;
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

    /// <summary>The tensors that <see cref="Save"/> added, as the numbers in the header say.</summary>
    /// <exception cref="DescentException">A number is missing or not allowed.</exception>
    IEnumerable<StateTensor> Tensors(JsonFields json, string prefix);

    /// <summary>Checks what was saved, changes nothing, and returns what restores it.</summary>
    /// <param name="json">The numbers in the header.</param>
    /// <param name="file">It has the tensors, but for those that are absent.</param>
    /// <param name="prefix">As it was saved.</param>
    /// <param name="absent">Tensors that are missing or do not fit, where only what fits is loaded; what they belong to stays as it is.</param>
    /// <exception cref="DescentException">It is incomplete or does not fit.</exception>
    Action Prepare(JsonFields json, TensorFile file, string prefix, IReadOnlySet<string> absent);
}
