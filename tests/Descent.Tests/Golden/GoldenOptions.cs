using System.Text.Json.Nodes;

namespace Descent.Tests.Golden;

/// <summary>A golden file asks for something that the tests cannot make; it is named among the skipped ones.</summary>
internal sealed class UnknownGoldenException(string message) : Exception(message);

/// <summary>The options of a golden file, which remembers those that were asked for, so that none is passed over.</summary>
internal sealed class GoldenOptions(JsonObject json)
{
    private readonly HashSet<string> read = [];

    /// <summary>An option that is absent, or null for "not set", is not there.</summary>
    public bool Has(string name) => Node(name) is not null;

    public double Number(string name) => TestSupport.Golden.Number(Node(name));

    public double Number(string name, double otherwise) => Has(name) ? Number(name) : otherwise;

    public long Steps(string name) => Node(name)!.GetValue<long>();

    public long Steps(string name, long otherwise) => Has(name) ? Steps(name) : otherwise;

    public bool Flag(string name) => Node(name)?.GetValue<bool>() ?? false;

    public long[] Whole(string name) => [.. Node(name)!.AsArray().Select(item => item!.GetValue<long>())];

    public IReadOnlyList<JsonObject> Objects(string name) => [.. Node(name)!.AsArray().Select(item => item!.AsObject())];

    /// <summary>One of several names; the first where the option is absent.</summary>
    public string Choice(string name, params string[] allowed)
    {
        var value = Node(name)?.GetValue<string>() ?? allowed[0];
        return allowed.Contains(value) ? value : throw new UnknownGoldenException($"the {name} '{value}' is not known");
    }

    public string? Text(string name) => Node(name)?.GetValue<string>();

    /// <summary>Options that are known to change nothing here, such as the bounds of a momentum that is another schedule.</summary>
    public void PassOver(params string[] names) => read.UnionWith(names);

    /// <summary>Throws where an option was never asked for.</summary>
    public void AssertAllRead()
    {
        if (json.FirstOrDefault(pair => pair.Value is not null && !read.Contains(pair.Key)) is { Key: { } name })
        {
            throw new UnknownGoldenException($"the option '{name}' is not known");
        }
    }

    private JsonNode? Node(string name)
    {
        read.Add(name);
        return json[name];
    }
}
