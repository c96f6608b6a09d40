using System.Text.Json;
using System.Text.Json.Nodes;

namespace Descent.Text;

/// <summary>Reads fields of JSON that Descent wrote; what is missing or of another kind is a sentence, not a crash.</summary>
public static class JsonFields
{
    /// <summary>Reads a text as a JSON object.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="what">What messages call it.</param>
    /// <exception cref="DescentException">It is not a JSON object.</exception>
    public static JsonObject Parse(string text, string what)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new DescentException($"The {what} must be a JSON object, but is not.");
        }
        catch (JsonException error)
        {
            throw new DescentException($"The {what} is not readable JSON: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>The value of a field.</summary>
    /// <exception cref="DescentException">It is missing or of another kind.</exception>
    public static TValue Get<TValue>(JsonObject parent, string field, string what)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent[field] is JsonValue value && value.TryGetValue<TValue>(out var result) ? result : throw Missing(field, what);
    }

    /// <summary>The text or other reference value of a field, or null where the field is null or missing.</summary>
    /// <exception cref="DescentException">It is of another kind.</exception>
    public static TValue? GetOrNull<TValue>(JsonObject parent, string field, string what)
        where TValue : class
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent[field] is null ? null : Get<TValue>(parent, field, what);
    }

    /// <summary>The number or flag of a field, or null where the field is null or missing.</summary>
    /// <exception cref="DescentException">It is of another kind.</exception>
    public static TValue? GetValueOrNull<TValue>(JsonObject parent, string field, string what)
        where TValue : struct
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent[field] is null ? null : Get<TValue>(parent, field, what);
    }

    /// <summary>The object in a field.</summary>
    /// <exception cref="DescentException">It is missing or of another kind.</exception>
    public static JsonObject GetObject(JsonObject parent, string field, string what)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return parent[field] as JsonObject ?? throw Missing(field, what);
    }

    /// <summary>The objects in a field that is a list of them.</summary>
    /// <exception cref="DescentException">It is missing or of another kind.</exception>
    public static IReadOnlyList<JsonObject> GetObjects(JsonObject parent, string field, string what)
    {
        ArgumentNullException.ThrowIfNull(parent);
        var items = parent[field] as JsonArray ?? throw Missing(field, what);
        return [.. items.Select(item => item as JsonObject ?? throw Missing(field, what))];
    }

    private static DescentException Missing(string field, string what) => new($"The {what} has no readable '{field}'; it was changed or is of another kind.");
}
