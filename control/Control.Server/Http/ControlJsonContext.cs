using System.Text.Json.Serialization;
using Control.Contract;
using Control.Server.Console;

namespace Control.Server.Http;

/// <summary>The JSON of this server, written without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(NodeReport))]
[JsonSerializable(typeof(ConsoleDefaults))]
internal sealed partial class ControlJsonContext : JsonSerializerContext;
