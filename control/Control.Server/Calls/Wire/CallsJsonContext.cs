using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Control.Server.Apps.Management;
using Control.Server.Turn;

namespace Control.Server.Calls.Wire;

/// <summary>The JSON of the session API's answers, written without reflection; what is absent is left
/// out, never null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(NewSessionAnswer))]
[JsonSerializable(typeof(EmptyAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(TracksAnswer))]
[JsonSerializable(typeof(RestartAnswer))]
[JsonSerializable(typeof(DataChannelsAnswer))]
[JsonSerializable(typeof(EstablishAnswer))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(SessionListAnswer))]
[JsonSerializable(typeof(TrackListAnswer))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(IceServersAnswer))]
[JsonSerializable(typeof(SingleIceServerAnswer))]
[JsonSerializable(typeof(AccountAnswer))]
[JsonSerializable(typeof(AccountListAnswer))]
[JsonSerializable(typeof(LimitsAnswer))]
internal sealed partial class CallsJsonContext : JsonSerializerContext
{
    /// <summary>The one to write with: SDP and names keep their characters. The answers are JSON and are
    /// marked so; no page embeds them.</summary>
    public static CallsJsonContext Wire { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
