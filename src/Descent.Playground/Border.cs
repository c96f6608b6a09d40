using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;

namespace Descent.Playground;

/// <summary>What the page's worker may call.</summary>
[SupportedOSPlatform("browser")]
internal static partial class Border
{
    private static double[] numbers = [];

    /// <summary>Answers a request: JSON in, JSON out; the arrays of numbers of the answer are then taken by <see cref="Numbers"/>.</summary>
    [JSExport]
    internal static string Call(string function, string request)
    {
        var answer = SiteFunctions.Call(function, request);
        numbers = answer.Numbers;
        return answer.Json;
    }

    /// <summary>The arrays of the last answer, one after the other: what its JSON points into by <c>offset</c> and <c>length</c>.</summary>
    [JSExport]
    [return: JSMarshalAs<JSType.MemoryView>]
    internal static ArraySegment<double> Numbers() => numbers;
}
