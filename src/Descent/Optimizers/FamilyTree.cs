using System.Text.Json;
using System.Text.Json.Nodes;

namespace Descent.Optimizers;

/// <summary>The catalogue as a family tree: which method adds what to which, and when.</summary>
public static class FamilyTree
{
    /// <summary>The methods that continue no other, in the order of the catalogue.</summary>
    public static IReadOnlyList<MethodEntry> Roots { get; } = [.. Catalogue.All.Where(entry => entry.Heritage.Parents.Length == 0)];

    /// <summary>The methods whose nearest parent is this one, by year.</summary>
    public static IReadOnlyList<MethodEntry> ChildrenOf(MethodEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return [.. Catalogue.All.Where(other => other.Heritage.Parents.Length > 0 && other.Heritage.Parents[0] == entry.Name).OrderBy(other => other.Year)];
    }

    /// <summary>
    /// Everything that the catalogue knows, one object per method: name, type, year, family, parents (the nearest first), what
    /// the method adds, purpose, caveat, state per parameter, paper, departures, equations and options.
    /// </summary>
    public static JsonArray ToJson() => [.. Catalogue.All.Select(entry => ToJson(entry))];

    /// <summary>Everything that the catalogue knows of one method.</summary>
    public static JsonObject ToJson(MethodEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new()
        {
            ["name"] = entry.Name,
            ["type"] = entry.TypeName,
            ["year"] = entry.Year,
            ["family"] = NameOf(entry.Family),
            ["parents"] = Texts(entry.Heritage.Parents),
            ["adds"] = entry.Heritage.Adds,
            ["purpose"] = entry.Purpose,
            ["caveat"] = entry.Caveat,
            ["state_per_parameter"] = entry.StatePerParameter,
            ["paper"] = new JsonObject
            {
                ["authors"] = entry.Paper.Authors,
                ["title"] = entry.Paper.Title,
                ["link"] = entry.Paper.Link,
                ["place"] = entry.Paper.Place,
            },
            ["departures"] = entry.Departures,
            ["equations"] = Texts(entry.Equations),
            ["options"] = new JsonArray([.. entry.Options.Select(option => new JsonObject
            {
                ["name"] = option.Name,
                ["range"] = option.Range,
                ["default"] = option.ToJson(entry.Default),
                ["meaning"] = option.Meaning,
                ["can_be_scheduled"] = option.CanBeScheduled,
            })]),
        };
    }

    /// <summary>A family's name in JSON, e.g. <c>layer_wise</c>.</summary>
    public static string NameOf(MethodFamily family) => JsonNamingPolicy.SnakeCaseLower.ConvertName(family.ToString());

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
