using Descent.Landscapes.Interface;
using Library = Descent.Landscapes.Interface.Functions;

namespace Descent.Playground;

/// <summary>The interface between page and library: functions by name, JSON in, JSON and columns of numbers out. The same request gives the same bytes.</summary>
internal static class SiteFunctions
{
    /// <summary>Answers a request; a mistake in it is an answer too: <c>{"error": sentence}</c>.</summary>
    public static Answer Call(string function, string request) => function switch
    {
        "catalog" => CatalogFunction.Answer(),
        "methods" => Library.Catalog(),
        _ => Library.TryCall(function, request),
    };
}
