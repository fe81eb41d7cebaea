namespace Edge.Bus.Lan.Handshakes;

/// <summary>What a handshake comes to: a secret for each direction.</summary>
/// <param name="Version">The version of the protocol.</param>
/// <param name="Sending">The secret of the records that this side sends.</param>
/// <param name="Receiving">The secret of those that it receives.</param>
internal sealed record SessionSecrets(byte Version, byte[] Sending, byte[] Receiving);
