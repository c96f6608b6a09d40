using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Landscapes.Interface;
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
                "catalog" => CatalogFunction.Answer(),
                "methods" => Library.Catalog(),
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

    private static Answer Refused(string sentence) => new(new JsonObject { ["error"] = sentence }.ToJsonString(), []);
}
