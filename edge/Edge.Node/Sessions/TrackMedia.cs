using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;

namespace Edge.Node.Sessions;

/// <summary>What stays the same for a track whoever publishes it.</summary>
/// <param name="Kind">Sound or pictures.</param>
/// <param name="Codec">The payload format, with the parameters of its first publisher.</param>
/// <param name="IsEncrypted">Whether only the ends can read it.</param>
internal sealed record TrackMedia(MediaKind Kind, NegotiatedCodec Codec, bool IsEncrypted = false);
