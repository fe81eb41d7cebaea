namespace Anycast.Health.Peers;

/// <summary>What one anycastd tells another.</summary>
/// <param name="Node">The sender's node, 1 to 32 ASCII characters.</param>
/// <param name="Epoch">When the sender started, in milliseconds since 1970: a restarted one counts anew.</param>
/// <param name="Number">Counts what it sent since.</param>
/// <param name="Report">What it says.</param>
public readonly record struct Heartbeat(string Node, long Epoch, long Number, PeerReport Report);
