using System.Text.Json.Serialization;
using Edge.Node.MeshLink.Channels;

namespace Edge.Node.MeshLink;

/// <summary>The JSON of what nodes ask each other: members that are not known are passed over.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PeerQuestion))]
[JsonSerializable(typeof(TrackAnswer))]
[JsonSerializable(typeof(StreamQuestion))]
[JsonSerializable(typeof(StreamAnswer))]
[JsonSerializable(typeof(StreamNotice))]
[JsonSerializable(typeof(ChannelAnswer))]
[JsonSerializable(typeof(ReplyAnswer))]
internal sealed partial class PeerJsonContext : JsonSerializerContext;
