using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Control.Contract.Calls;

/// <summary>The JSON of events, written without reflection; what is absent is left out, never null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(EventAnswer))]
internal sealed partial class CallsEventJsonContext : JsonSerializerContext
{
    /// <summary>The one to write with: names keep their characters. Events are JSON and are marked so; no
    /// page embeds them.</summary>
    public static CallsEventJsonContext Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
