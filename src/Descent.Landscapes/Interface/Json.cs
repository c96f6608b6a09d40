using System.Text.Json;
using System.Text.Json.Serialization;
using Descent.Landscapes.Interface.Calculations;
using Descent.Landscapes.Listings;
using Descent.Landscapes.Networks;
using Descent.Landscapes.Runs;
using Descent.Landscapes.Theory;

namespace Descent.Landscapes.Interface;

/// <summary>Requests and replies as JSON, by code that is made at compile time: no reflection, so that it survives trimming.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(GridRequest))]
[JsonSerializable(typeof(MapRequest))]
[JsonSerializable(typeof(FormulaRequest))]
[JsonSerializable(typeof(StatisticsRequest))]
[JsonSerializable(typeof(TraceRequest))]
[JsonSerializable(typeof(TraceReply))]
[JsonSerializable(typeof(ExampleGradientsRequest))]
[JsonSerializable(typeof(ExampleGradientsReply))]
[JsonSerializable(typeof(BatchGradientsRequest))]
[JsonSerializable(typeof(BatchGradientsReply))]
[JsonSerializable(typeof(LinePointsRequest))]
[JsonSerializable(typeof(LinePointsReply))]
[JsonSerializable(typeof(EvaluateRequest))]
[JsonSerializable(typeof(EvaluateReply))]
[JsonSerializable(typeof(ItemRequest))]
[JsonSerializable(typeof(CatalogReply))]
[JsonSerializable(typeof(CalculationReply))]
[JsonSerializable(typeof(RunReply))]
[JsonSerializable(typeof(GridReply))]
[JsonSerializable(typeof(MapReply))]
[JsonSerializable(typeof(FormulaReply))]
[JsonSerializable(typeof(StatisticsReply))]
[JsonSerializable(typeof(DecisionNode))]
[JsonSerializable(typeof(TrainRequest))]
[JsonSerializable(typeof(NetworkRequest))]
[JsonSerializable(typeof(SliceRequest))]
[JsonSerializable(typeof(SliceReply))]
[JsonSerializable(typeof(RangeTestRequest))]
[JsonSerializable(typeof(RangeTestResult))]
[JsonSerializable(typeof(TrainReply))]
[JsonSerializable(typeof(NoiseFloorRequest))]
[JsonSerializable(typeof(NoiseFloorReply))]
[JsonSerializable(typeof(RatesRequest))]
[JsonSerializable(typeof(RatesReply))]
[JsonSerializable(typeof(WorstFunctionReply))]
[JsonSerializable(typeof(GradientFlowRequest))]
[JsonSerializable(typeof(GradientFlowReply))]
[JsonSerializable(typeof(ScalingRequest))]
[JsonSerializable(typeof(ScalingReply))]
[JsonSerializable(typeof(SwarmRequest))]
[JsonSerializable(typeof(SwarmReply))]
[JsonSerializable(typeof(MemoryRequest))]
[JsonSerializable(typeof(MemoryReply))]
[JsonSerializable(typeof(BatchSizesRequest))]
[JsonSerializable(typeof(BatchSizesReply))]
[JsonSerializable(typeof(CurvatureSignsRequest))]
[JsonSerializable(typeof(CurvatureSignsReply))]
[JsonSerializable(typeof(ListingRequest))]
[JsonSerializable(typeof(ListingReply))]
[JsonSerializable(typeof(ScheduleRequest))]
[JsonSerializable(typeof(CodeReply))]
[JsonSerializable(typeof(Relative))]
[JsonSerializable(typeof(ErrorReply))]
internal sealed partial class Json : JsonSerializerContext
{
    /// <summary>Reads a request.</summary>
    /// <exception cref="DescentException">The text is not JSON, or not of this request.</exception>
    public static TRequest Read<TRequest>(string function, string text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TRequest> type)
        where TRequest : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new DescentException($"The request of {function} must be a JSON object, but was null.");
        }
        catch (JsonException mistake)
        {
            throw new DescentException($"The request of {function} is not understood at {(string.IsNullOrEmpty(mistake.Path) ? "$" : mistake.Path)}: it must be JSON with the fields of {type.Type.Name} only.", mistake);
        }
    }
}
