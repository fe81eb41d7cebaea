using Edge.Primitives;
using Edge.Protocol.Transport.Receiving;
using Edge.Testing.Clients.Captured;

namespace Edge.Load.Recording;

/// <summary>Notes the packets of one track and makes frames of them.</summary>
internal sealed class FrameRecorder
{
    private readonly List<Seen> _packets = [];

    /// <summary>Packets that came again: what the browser sent late is not how it sends.</summary>
    public int Repairs { get; private set; }

    /// <summary>Takes a packet in arrival order.</summary>
    public void Note(in ReceivedMedia media, Instant now)
    {
        if (media.IsRecovered)
        {
            Repairs++;
            return;
        }

        if (media.PayloadLength > 0)
        {
            _packets.Add(
                new(
                    now,
                    media.ExtendedSequence,
                    media.Timestamp,
                    media.Facts.IsKeyFrameStart,
                    media.PayloadLength
                )
            );
        }
    }

    /// <summary>The whole frames that began within a stretch, from the first one on.</summary>
    public IReadOnlyList<CapturedFrame> Frames(Instant from, Instant until)
    {
        var frames = _packets
            .GroupBy(packet => packet.Timestamp)
            .Select(group => group.OrderBy(packet => packet.Sequence).ToArray())
            .Where(packets => packets[0].At >= from && packets[0].At < until)
            .ToArray();
        return [.. frames.Select(packets => Frame(packets, frames[0][0]))];
    }

    private static CapturedFrame Frame(Seen[] packets, Seen first) =>
        new(
            packets[0].At - first.At,
            unchecked(packets[0].Timestamp - first.Timestamp),
            packets[0].StartsKeyFrame,
            [
                .. packets.Select(packet => new CapturedPacket(
                    packet.Bytes,
                    packet.At - packets[0].At
                )),
            ]
        );

    private readonly record struct Seen(
        Instant At,
        long Sequence,
        uint Timestamp,
        bool StartsKeyFrame,
        int Bytes
    );
}
