using Edge.Node.Sessions;
using Edge.Protocol.Transport;

namespace Edge.Node.HandOver;

/// <summary>What became of the wish to write a session for another node.</summary>
/// <param name="Session">The session.</param>
/// <param name="Result">Anything but <see cref="PeerCapture.Captured"/>: it goes on here.</param>
/// <param name="State">What was written. Secret: to be cleared when it was given away.</param>
internal sealed record SessionCaptured(Session Session, PeerCapture Result, byte[] State);
