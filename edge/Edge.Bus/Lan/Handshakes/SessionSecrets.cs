namespace Edge.Bus.Lan.Handshakes;

/// <summary>What a handshake comes to: a secret for each direction, and who is on the other side.</summary>
/// <param name="Version">The version of the protocol.</param>
/// <param name="Sending">The secret of the records that this side sends.</param>
/// <param name="Receiving">The secret of those that it receives.</param>
/// <param name="Peer">What the other side has said of itself.</param>
internal sealed record SessionSecrets(
    byte Version,
    byte[] Sending,
    byte[] Receiving,
    HandshakeParty Peer
);
