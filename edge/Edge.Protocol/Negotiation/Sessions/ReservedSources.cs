using Edge.Primitives;

namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>What a section is to be sent with before any track is known for it.</summary>
/// <param name="TrackId">The track's id in <c>a=msid</c>.</param>
/// <param name="Media">The SSRC that is declared.</param>
/// <param name="Rtx">The SSRC of retransmissions that is declared.</param>
public sealed record ReservedSources(string TrackId, Ssrc Media, Ssrc Rtx);
