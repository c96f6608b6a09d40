using System.Text.Json;
using System.Text.Json.Serialization;
using Descent.Landscapes.Runs;

namespace Descent.Playground;

/// <summary>A request for schedules.</summary>
/// <param name="Schedules">As text.</param>
/// <param name="Steps">How many updates, 1 to 1,000,000.</param>
internal sealed record ScheduleRequest(string[] Schedules, int Steps);

/// <summary>Reads requests: names in snake_case, and nothing that is not known.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(ScheduleRequest))]
internal sealed partial class Requests : JsonSerializerContext
{
    public static RunRequest Run(string json) => JsonSerializer.Deserialize(json, Default.RunRequest) ?? throw new JsonException();

    public static ScheduleRequest Schedule(string json) => JsonSerializer.Deserialize(json, Default.ScheduleRequest) ?? throw new JsonException();
}
