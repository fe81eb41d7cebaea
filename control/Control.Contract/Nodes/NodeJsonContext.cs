using System.Text.Json.Serialization;
using Control.Contract.Calls;

namespace Control.Contract.Nodes;

/// <summary>The JSON of all that control and nodes say to each other, written without reflection.</summary>
/// <remarks>
/// Made so that versions understand each other. Members that are not known are ignored. A positional
/// parameter without a default has been there from the first and has to be there; what is added later is
/// an optional parameter, or an init member that is not required, and its absence is its type's default:
/// the generated readers know no initialisers, so a member with another default is
/// marked <see cref="JsonRequiredAttribute"/>. Enums are texts; one that is not known makes its message
/// unreadable. Use it by <see cref="NodeJson.Types"/>.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true,
    Converters = [typeof(FiniteNumberConverter)]
)]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(SessionKey))]
[JsonSerializable(typeof(StreamKey))]
[JsonSerializable(typeof(SessionResult.Refused), TypeInfoPropertyName = "SessionRefused")]
[JsonSerializable(typeof(IceUpdateResult.Refused), TypeInfoPropertyName = "IceUpdateRefused")]
[JsonSerializable(typeof(IceUpdateResult.NotFound), TypeInfoPropertyName = "IceUpdateNotFound")]
[JsonSerializable(typeof(CloseResult.NotFound), TypeInfoPropertyName = "CloseNotFound")]
[JsonSerializable(typeof(CloseResult.Unavailable), TypeInfoPropertyName = "CloseUnavailable")]
[JsonSerializable(typeof(DescribeResult.NotFound), TypeInfoPropertyName = "DescribeNotFound")]
[JsonSerializable(typeof(DescribeResult.Unavailable), TypeInfoPropertyName = "DescribeUnavailable")]
[JsonSerializable(typeof(PlayerChangeResult.NotFound), TypeInfoPropertyName = "PlayerNotFound")]
[JsonSerializable(typeof(PlayerChangeResult.Refused), TypeInfoPropertyName = "PlayerRefused")]
[JsonSerializable(
    typeof(PlayerChangeResult.Unavailable),
    TypeInfoPropertyName = "PlayerUnavailable"
)]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SessionResult))]
[JsonSerializable(typeof(IceUpdateRequest))]
[JsonSerializable(typeof(IceUpdateResult))]
[JsonSerializable(typeof(CloseResult))]
[JsonSerializable(typeof(DescribeResult))]
[JsonSerializable(typeof(PlayerChange))]
[JsonSerializable(typeof(PlayerChangeResult))]
[JsonSerializable(typeof(ViewerCountRequest))]
[JsonSerializable(typeof(ViewerCountResult))]
[JsonSerializable(typeof(NewSessionRequest))]
[JsonSerializable(typeof(NewSessionOutcome))]
[JsonSerializable(typeof(NewTracksRequest))]
[JsonSerializable(typeof(CloseTracksRequest))]
[JsonSerializable(typeof(UpdateTracksRequest))]
[JsonSerializable(typeof(UpdateAudioRequest))]
[JsonSerializable(typeof(TracksOutcome))]
[JsonSerializable(typeof(EstablishOutcome))]
[JsonSerializable(typeof(DataChannelsRequest))]
[JsonSerializable(typeof(DataChannelsOutcome))]
[JsonSerializable(typeof(CloseDataChannelsRequest))]
[JsonSerializable(typeof(CloseDataChannelsOutcome))]
[JsonSerializable(typeof(CallsSessionState))]
[JsonSerializable(typeof(ListSessionsRequest))]
[JsonSerializable(typeof(SessionPage))]
[JsonSerializable(typeof(CallsEvent))]
[JsonSerializable(typeof(CallsError))]
[JsonSerializable(typeof(NodeDone))]
[JsonSerializable(typeof(NodeFault))]
[JsonSerializable(typeof(AppRequest))]
[JsonSerializable(typeof(DescriptionRequest))]
[JsonSerializable(typeof(GoAwayRequest))]
[JsonSerializable(typeof(OpenEventsRequest))]
[JsonSerializable(typeof(EventsLease))]
[JsonSerializable(typeof(CloseEventsRequest))]
[JsonSerializable(typeof(NodeAnnouncement))]
public sealed partial class NodeJsonContext : JsonSerializerContext;
