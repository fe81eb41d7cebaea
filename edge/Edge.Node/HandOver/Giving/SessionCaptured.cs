using System.Collections.Immutable;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions.Channels;
using Edge.Protocol.Transport;

namespace Edge.Node.HandOver.Giving;

/// <summary>What became of the wish to write a session for another node.</summary>
/// <param name="Result">Anything but <see cref="PeerCapture.Captured"/>: it goes on here.</param>
/// <param name="State">What was written. Secret: to be cleared when it was given away.</param>
/// <param name="ReadersLeft">Readers of its data channels that stay.</param>
/// <param name="Connections">Its TCP connections, which nobody reads or writes any more.</param>
/// <param name="ConnectionParts">What the letter says of those.</param>
internal sealed record SessionCaptured(
    PeerCapture Result,
    byte[] State,
    ImmutableArray<ReadChannel> ReadersLeft,
    ImmutableArray<MovingConnection> Connections,
    ImmutableArray<ConnectionPart> ConnectionParts
)
{
    /// <summary>It was not written, for a reason.</summary>
    public static SessionCaptured Not(PeerCapture reason) => new(reason, [], [], [], []);
}
