using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Protocol.Transport.Sending;

namespace Edge.Benchmarks.FanOut;

/// <summary>Does with a viewer's packet what a shard does, but sends nothing: a full batch is emptied.</summary>
internal readonly struct FanOutSink(SendBatch batch, PacketPool pool, Instant now) : IForwardSink
{
    public void Send(Subscription subscription, in ForwardedPacket packet)
    {
        var viewer = (FanOutViewer)subscription.Owner!;
        if (viewer.Downlink.TryHold(subscription, packet, isSound: false, now))
        {
            var paced = new PacedSink(this, viewer);
            viewer.Downlink.Pump(ref paced, now);
            return;
        }

        Write(viewer, packet);
    }

    /// <summary>Writes a packet as it would leave.</summary>
    public void Write(FanOutViewer viewer, in ForwardedPacket packet)
    {
        var source = packet.Handle.IsNone ? default : pool.Slot(packet.Handle);
        var padding = packet.IsRetransmission ? 0 : packet.Padding;
        var outgoing = new OutgoingRtp
        {
            SourcePacket = source[..(packet.Handle.IsNone ? 0 : packet.SourcePacketLength)],
            SourceExtensions = packet.SourceExtensions,
            Payload = source.Slice(packet.TailOffset, packet.TailLength + padding),
            Prefix = packet.PrefixBytes,
            Padding = padding,
            SequenceNumber = packet.SequenceNumber,
            Timestamp = packet.Timestamp,
            Marker = packet.Marker,
            CaptureTime = packet.CaptureTime,
            Descriptor = packet.Descriptor,
        };
        viewer.Peer.Sender.SetProbeCluster(viewer.Downlink.ProbeCluster);
        if (batch.IsFull)
        {
            SendBatches.Empty(batch, refused: 0);
        }

        var slot = batch.NextSlot();
        var length = packet.IsRetransmission
            ? viewer.Peer.WriteRepair(FanOutViewer.Stream, outgoing, slot, now)
            : viewer.Peer.WriteRtp(FanOutViewer.Stream, outgoing, slot, now);
        if (length == 0)
        {
            throw new InvalidOperationException("A viewer's packet was not written.");
        }

        batch.Commit(length, viewer.Peer.Transport.Selected, default);
        viewer.Downlink.HandleSent(length, isPadding: false, now);
        viewer.NoteWritten(packet.SequenceNumber);
    }

    /// <summary>The same of what has waited.</summary>
    private readonly struct PacedSink(FanOutSink sink, FanOutViewer viewer) : IDownlinkSink
    {
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            sink.Write(viewer, packet);

        public bool SendProbe() => false;
    }
}
