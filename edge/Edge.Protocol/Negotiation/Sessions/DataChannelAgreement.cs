namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>What both sides said of the SCTP association (RFC 8841).</summary>
/// <param name="RemotePort">The client's SCTP port; ours is always 5000.</param>
/// <param name="RemoteMessageBytesMax">Most bytes of a message that the client takes; 0 for any number.</param>
public sealed record DataChannelAgreement(int RemotePort, long RemoteMessageBytesMax);
