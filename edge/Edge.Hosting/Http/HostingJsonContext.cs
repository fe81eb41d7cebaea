using System.Text.Json.Serialization;

namespace Edge.Hosting.Http;

/// <summary>The JSON of what every process answers, written without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ProblemDocument))]
public sealed partial class HostingJsonContext : JsonSerializerContext;
