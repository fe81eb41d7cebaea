using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tests.Support;

/// <summary>An encoder of one layer: frames of some packets, 30 a second, with key frames.</summary>
internal sealed class SyntheticLayer(
    CodecKind codec,
    ushort epoch,
    byte layer,
    ushort firstSequence,
    uint firstTimestamp,
    uint clockRate = 90_000
)
{
    private long _next = 65536L + firstSequence;
    private int _pictureId = firstSequence;
    private int _tl0 = firstSequence & 0xFF;
    private int _keyIndex;

    public int PacketsPerFrame { get; set; } = 3;

    public bool IsShortPictureId { get; set; }

    public int PaddingBytes { get; set; } = 900;

    /// <summary>Ignores the wish for key frames, as some encoders do.</summary>
    public bool SkipKeyFrames { get; set; }

    /// <summary>Whether a sender report has told when things are captured.</summary>
    public bool HasCaptureTimes { get; set; }

    /// <summary>Added to the timestamp, to let the publisher's clock jump.</summary>
    public uint ClockJump { get; set; }

    public long NextSequence => _next;

    public uint TimestampAt(Instant capturedAt) =>
        unchecked(
            firstTimestamp
            + ClockJump
            + (uint)(capturedAt.Ticks / TimeSpan.TicksPerMillisecond * clockRate / 1000)
        );

    /// <summary>Makes the packets of one frame in slots of a pool; each holds one claim.</summary>
    public List<TrackPacket> Frame(PacketPool pool, bool isKeyFrame, Instant capturedAt)
    {
        isKeyFrame &= !SkipKeyFrames;
        _pictureId++;
        _tl0++;
        _keyIndex += isKeyFrame ? 1 : 0;
        var packets = new List<TrackPacket>();
        for (var index = 0; index < PacketsPerFrame; index++)
        {
            packets.Add(
                Media(
                    pool,
                    isKeyFrame && index == 0,
                    startsFrame: index == 0,
                    marker: index == PacketsPerFrame - 1,
                    capturedAt
                )
            );
        }

        return packets;
    }

    /// <summary>Makes a packet without payload.</summary>
    public TrackPacket Padding(PacketPool pool, Instant capturedAt) =>
        Packet(pool, payloadLength: 0, isKeyFrameStart: false, marker: false, capturedAt);

    private TrackPacket Media(
        PacketPool pool,
        bool isKeyFrameStart,
        bool startsFrame,
        bool marker,
        Instant capturedAt
    )
    {
        var packet = Packet(pool, payloadLength: 1, isKeyFrameStart, marker, capturedAt);
        var length = MediaBytes.Write(
            pool.Slot(packet.Handle),
            codec,
            new MediaIdentity(
                epoch,
                layer,
                packet.ExtendedSequence,
                startsFrame,
                isKeyFrameStart,
                _pictureId,
                IsShortPictureId,
                _tl0,
                _keyIndex
            )
        );
        return packet with
        {
            PayloadLength = (ushort)length,
            PacketLength = (ushort)(length + MediaBytes.HeaderLength + PaddingBytes),
        };
    }

    private TrackPacket Packet(
        PacketPool pool,
        int payloadLength,
        bool isKeyFrameStart,
        bool marker,
        Instant capturedAt
    )
    {
        if (!pool.TryRent(out var handle))
        {
            throw new InvalidOperationException("The test's pool is too small.");
        }

        return new TrackPacket
        {
            Handle = handle,
            ExtendedSequence = _next++,
            ArrivedAt = capturedAt,
            CaptureTime = HasCaptureTimes
                ? NtpTimestamp.FromUnixTime(new TimeSpan(capturedAt.Ticks))
                : default,
            Timestamp = TimestampAt(capturedAt),
            PacketLength = (ushort)(MediaBytes.HeaderLength + payloadLength + PaddingBytes),
            HeaderLength = MediaBytes.HeaderLength,
            PayloadOffset = MediaBytes.HeaderLength,
            PayloadLength = (ushort)payloadLength,
            SourceEpoch = epoch,
            Layer = layer,
            Marker = marker,
            IsKeyFrameStart = isKeyFrameStart,
            TemporalLayer = 0,
        };
    }
}
