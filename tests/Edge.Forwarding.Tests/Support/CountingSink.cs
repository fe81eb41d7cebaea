using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.Tests.Support;

/// <summary>Counts packets and allocates nothing.</summary>
internal struct CountingSink : IForwardSink
{
    public long Packets;

    public SequenceNumber Last;

    public void Send(Subscription subscription, in ForwardedPacket packet)
    {
        Packets++;
        Last = packet.IsRetransmission ? Last : packet.SequenceNumber;
    }
}
