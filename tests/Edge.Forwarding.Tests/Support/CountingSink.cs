using Edge.Forwarding.Tracks;

namespace Edge.Forwarding.Tests.Support;

/// <summary>Counts packets and allocates nothing.</summary>
internal struct CountingSink : IForwardSink
{
    public long Packets;

    public void Send(Subscription subscription, in ForwardedPacket packet) => Packets++;
}
