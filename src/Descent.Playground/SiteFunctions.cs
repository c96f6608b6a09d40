using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Landscapes;
using Descent.Landscapes.Interface;
using Descent.Optimizers;
using Library = Descent.Landscapes.Interface.Functions;

namespace Descent.Playground;

/// <summary>The interface between page and library: functions by name, JSON in, JSON and columns of numbers out. The same request gives the same bytes.</summary>
internal static class SiteFunctions
{
    /// <summary>Answers a request; a mistake in it is an answer too: <c>{"error": sentence}</c>.</summary>
    public static Answer Call(string function, string request)
    {
        try
        {
            return function switch
            {
                "schedule" => ScheduleFunction.Answer(Requests.Schedule(request)),
                "code" => new Answer(new JsonObject { ["code"] = CodeFunction.Of(Requests.Run(request)) }.ToJsonString(), []),
                "catalog" => Catalog(),
                _ => Library.TryCall(function, request),
            };
        }
        catch (DescentException mistake)
        {
            return Refused(mistake.Message);
        }
        catch (JsonException mistake)
        {
            return Refused($"The request of {function} is not understood at {mistake.Path ?? "$"}.");
        }
    }

    /// <summary>The library's catalogue, with the styles of the forms of SGD that have names of their own.</summary>
    private static Answer Catalog()
    {
        var catalog = JsonNode.Parse(Library.Catalog().Json)!.AsObject();
        var forms = new JsonObject();
        foreach (var method in new[] { new Sgd { Momentum = 0.9 }, new Sgd { Momentum = 0.9, Nesterov = true } })
        {
            var style = OptimizerStyle.Of(method);
            forms[OptimizerStyle.FormOf(method)] = new JsonObject
            {
                ["light"] = style.Light,
                ["dark"] = style.Dark,
                ["dash"] = new JsonArray([.. style.Dash.Select(length => JsonValue.Create(length))]),
                ["marker"] = style.Marker,
            };
        }

        catalog["forms"] = forms;
        return new Answer(catalog.ToJsonString(), []);
    }

    private static Answer Refused(string sentence) => new(new JsonObject { ["error"] = sentence }.ToJsonString(), []);
}
