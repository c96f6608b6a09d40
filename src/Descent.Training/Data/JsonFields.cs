using System.Text.Json.Nodes;

namespace Descent.Training.Data;

/// <summary>Reads the fields of a saved JSON object with an exact sentence for each that is missing or wrong.</summary>
internal sealed class JsonFields(JsonObject json, string what)
{
    /// <summary>The error that a field is not what it must be.</summary>
    public DescentException Wrong(string name, string allowed) =>
        new($"The saved {what} is damaged: its field '{name}' must be {allowed}, but was {Shown(json[name])}.");

    /// <summary>A text, or null where the field is null or absent.</summary>
    public string? TextOrNull(string name) => json[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw Wrong(name, "a text"),
    };

    /// <summary>An integer.</summary>
    public int Integer(string name) => json[name] is JsonValue value && value.TryGetValue<int>(out var number)
        ? number
        : throw Wrong(name, "an integer");

    /// <summary>An array of integers.</summary>
    public int[] Integers(string name) => All<int>(name, "an array of integers");

    /// <summary>An array of finite numbers.</summary>
    public double[] Numbers(string name)
    {
        var numbers = All<double>(name, "an array of numbers");
        return Array.TrueForAll(numbers, double.IsFinite) ? numbers : throw Wrong(name, "an array of finite numbers");
    }

    /// <summary>An array of texts.</summary>
    public string[] Texts(string name) => All<string>(name, "an array of texts");

    private static string Shown(JsonNode? node) => node is null ? "absent" : TargetColumn.Shorten(node.ToJsonString());

    private T[] All<T>(string name, string allowed)
    {
        if (json[name] is not JsonArray array)
        {
            throw Wrong(name, allowed);
        }

        var items = new T[array.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = array[i] is JsonValue value && value.TryGetValue<T>(out var item) ? item : throw Wrong(name, allowed);
        }

        return items;
    }
}
