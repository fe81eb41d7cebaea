using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tests.Support;

/// <summary>Keeps what each subscription sends, by the viewer's list in <see cref="Subscription.Owner"/>.</summary>
internal readonly struct RecordingSink(PacketPool[] pools, CodecKind codec, Instant now)
    : IForwardSink
{
    public void Send(Subscription subscription, in ForwardedPacket packet) =>
        ((List<SentPacket>)subscription.Owner!).Add(MediaBytes.Read(pools, packet, codec, now));
}
