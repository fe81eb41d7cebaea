namespace Edge.Node.Shards.Handshakes;

/// <summary>How far a handshake is when a datagram of it comes.</summary>
internal enum HandshakeStage : byte
{
    /// <summary>Nothing of it was answered yet.</summary>
    Fresh,

    /// <summary>Our flight was sent, and the client's is on its way.</summary>
    Begun,
}
