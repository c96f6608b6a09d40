using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Descent.Text;

/// <summary>Reads the fields of a JSON object that Descent saved, with an exact sentence for each that is missing or wrong.</summary>
/// <param name="json">The object.</param>
/// <param name="what">What messages call it.</param>
public sealed class JsonFields(JsonObject json, string what)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a text as a JSON object.</summary>
    /// <exception cref="DescentException">It is not one.</exception>
    public static JsonFields Parse(string text, string what)
    {
        try
        {
            CheckEscapes(text);
            var json = JsonNode.Parse(text, documentOptions: Strict) as JsonObject;
            return new JsonFields(json ?? throw new DescentException($"The saved {what} is damaged: it is not a JSON object."), what);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DescentException($"The saved {what} is damaged: it is not readable JSON ({Shown.Brief(error.Message.TrimEnd('.'), 200)}).", error);
        }
    }

    /// <summary>The object itself.</summary>
    public JsonObject Json => json;

    /// <summary>Whether the field is there and not null.</summary>
    public bool Has(string name) => json[name] is not null;

    /// <summary>The error that a field is not what it must be.</summary>
    public DescentException Wrong(string name, string allowed) =>
        new($"The saved {what} is damaged: its field '{name}' must be {allowed}, but was {Show(json[name])}.");

    /// <summary>A text.</summary>
    /// <exception cref="DescentException">It is missing or no text.</exception>
    public string Text(string name) => One<string>(name, "a text");

    /// <summary>A text, or null where the field is null or absent.</summary>
    /// <exception cref="DescentException">It is no text.</exception>
    public string? TextOrNull(string name) => Has(name) ? Text(name) : null;

    /// <summary>An integer.</summary>
    /// <exception cref="DescentException">It is missing or no integer.</exception>
    public int Whole(string name) => One<int>(name, "an integer");

    /// <summary>An integer, or null where the field is null or absent.</summary>
    /// <exception cref="DescentException">It is no integer.</exception>
    public int? WholeOrNull(string name) => Has(name) ? Whole(name) : null;

    /// <summary>An integer of 64 bits.</summary>
    /// <exception cref="DescentException">It is missing or no integer.</exception>
    public long Count(string name) => One<long>(name, "an integer");

    /// <summary>An integer of 64 bits without sign.</summary>
    /// <exception cref="DescentException">It is missing or no such integer.</exception>
    public ulong Seed(string name) => One<ulong>(name, "an integer of at least 0");

    /// <summary>A finite number.</summary>
    /// <exception cref="DescentException">It is missing or no number.</exception>
    public double Number(string name) => One<double>(name, "a number") is var number && double.IsFinite(number) ? number : throw Wrong(name, "a finite number");

    /// <summary>A finite number, or null where the field is null or absent.</summary>
    /// <exception cref="DescentException">It is no number.</exception>
    public double? NumberOrNull(string name) => Has(name) ? Number(name) : null;

    /// <summary>True or false, or null where the field is null or absent.</summary>
    /// <exception cref="DescentException">It is neither.</exception>
    public bool? FlagOrNull(string name) => Has(name) ? One<bool>(name, "true or false") : null;

    /// <summary>An object within this one.</summary>
    /// <exception cref="DescentException">It is missing or no object.</exception>
    public JsonFields Fields(string name) => new(json[name] as JsonObject ?? throw Wrong(name, "an object"), what);

    /// <summary>An array of objects.</summary>
    /// <exception cref="DescentException">It is missing or has something else in it.</exception>
    public IReadOnlyList<JsonFields> Items(string name) =>
        json[name] is JsonArray array && array.All(item => item is JsonObject)
            ? [.. array.Select(item => new JsonFields((JsonObject)item!, what))]
            : throw Wrong(name, "an array of objects");

    /// <summary>An array of integers.</summary>
    /// <exception cref="DescentException">It is missing or has something else in it.</exception>
    public int[] Integers(string name) => All<int>(name, "an array of integers");

    /// <summary>An array of finite numbers.</summary>
    /// <exception cref="DescentException">It is missing or has something else in it.</exception>
    public double[] Numbers(string name)
    {
        var numbers = All<double>(name, "an array of numbers");
        return Array.TrueForAll(numbers, double.IsFinite) ? numbers : throw Wrong(name, "an array of finite numbers");
    }

    /// <summary>An array of texts.</summary>
    /// <exception cref="DescentException">It is missing or has something else in it.</exception>
    public string[] Texts(string name) => All<string>(name, "an array of texts");

    /// <summary>Reads every text with escapes: nodes would find an escaped half of a surrogate pair only when they are asked for it.</summary>
    private static void CheckEscapes(string text)
    {
        if (!text.Contains("\\u", StringComparison.Ordinal))
        {
            return;
        }

        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
            {
                reader.GetString();
            }
        }
    }

    private static string Show(JsonNode? node) => node is null ? "absent" : Shown.Brief(node.ToJsonString());

    private TValue One<TValue>(string name, string allowed) =>
        json[name] is JsonValue value && value.TryGetValue<TValue>(out var result) ? result : throw Wrong(name, allowed);

    private TValue[] All<TValue>(string name, string allowed)
    {
        if (json[name] is not JsonArray array)
        {
            throw Wrong(name, allowed);
        }

        var items = new TValue[array.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = array[i] is JsonValue value && value.TryGetValue<TValue>(out var item) ? item : throw Wrong(name, allowed);
        }

        return items;
    }
}
