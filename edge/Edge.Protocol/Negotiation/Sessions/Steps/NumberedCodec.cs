using Edge.Wire.Payload;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>What a payload type means in a session.</summary>
/// <param name="Kind">Sound or pictures.</param>
/// <param name="Codec">The format.</param>
/// <param name="IsFixed">Whether this end wrote it in a description.</param>
internal sealed record NumberedCodec(MediaKind Kind, SdpCodec Codec, bool IsFixed);
