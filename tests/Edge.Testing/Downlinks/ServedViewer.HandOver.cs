using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Testing.Downlinks;

/// <content>What a viewer's session knows of what it is sent, written and read as if it went on in another process. Its peer
/// stays.</content>
public sealed partial class ServedViewer
{
    private const int StateBytesMax = 1 << 20;

    /// <summary>Bytes of the largest state so far.</summary>
    public int StateBytesMost { get; private set; }

    /// <summary>Hands the viewer over, in the order in which a node does it.</summary>
    public void HandOver(WaitingRoom room, Instant now)
    {
        if (!IsConnected)
        {
            return;
        }

        var sink = new Sink(this, now);
        Downlink.Flush(ref sink, now);
        using var writer = new StateWriter(now, StateBytesMax);
        var outer = writer.Begin();
        Subscription[] before = [.. Tracks.Select(track => track.Subscription)];
        foreach (var subscription in before)
        {
            subscription.Write(writer);
        }

        Downlink.Write(writer, before);
        writer.End(outer);
        foreach (var track in Tracks)
        {
            track.Track.Detach(track.Subscription);
        }

        StateBytesMost = Math.Max(StateBytesMost, writer.Written.Length);
        Restore(writer.Written, room, now);
        Touch();
    }

    private void Restore(ReadOnlySpan<byte> state, WaitingRoom room, Instant now)
    {
        var reader = new StateReader(state, now);
        var outer = reader.Begin();
        for (var index = 0; index < Tracks.Count; index++)
        {
            var subscription =
                Subscription.TryRead(ref reader)
                ?? throw new TestingException("A subscription cannot be read.");
            Tracks[index] = Tracks[index] with { Subscription = subscription };
            subscription.Owner = Tracks[index];
            subscription.Follow(Tracks[index].Track.SourceEpoch);
        }

        Subscription[] read = [.. Tracks.Select(track => track.Subscription)];
        Downlink =
            Downlink.TryRead(ref reader, Peer.Sender.Bandwidth!, room, read)
            ?? throw new TestingException("A downlink cannot be read.");
        reader.End(outer);
        foreach (var track in Tracks)
        {
            track.Share = Downlink.Find(track.Subscription);
            track.Track.Attach(track.Subscription, now);
        }
    }
}
