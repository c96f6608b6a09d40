using System.Text.Json;
using System.Text.Json.Serialization;

namespace Descent.Landscapes.Interface;

/// <summary>Choices in JSON are their names in snake case, never numbers.</summary>
/// <typeparam name="TEnum">The choices.</typeparam>
public sealed class SnakeCase<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
