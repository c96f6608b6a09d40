using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>Request and result of a run in one JSON document, with columns as arrays instead of places in a typed array: for files.</summary>
public static class RunJson
{
    /// <summary>The document: <c>request</c>, and <c>result</c>, whose columns have <c>values</c>.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">What <see cref="Functions.Run"/> gave, or <see cref="Functions.Statistics"/>, which has no columns.</param>
    public static JsonObject Of(RunRequest request, Answer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var result = JsonNode.Parse(answer.Json)!.AsObject();
        foreach (var column in (result["entries"]?.AsArray() ?? []).SelectMany(entry => entry!["columns"]!.AsArray()).OfType<JsonObject>())
        {
            var values = answer.Numbers.AsSpan(column["offset"]!.GetValue<int>(), column["length"]!.GetValue<int>());
            column.Remove("offset");
            column.Remove("length");
            column["values"] = JsonSerializer.SerializeToNode(values.ToArray(), Json.Default.DoubleArray);
        }

        return new JsonObject
        {
            ["request"] = JsonSerializer.SerializeToNode(request, Json.Default.RunRequest),
            ["result"] = result,
        };
    }
}
