using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Rtp;

namespace Edge.Benchmarks.FanOut;

/// <summary>A publisher's VP8: pictures of nine packets of nearly one length, as an encoder cuts them, in slots of a
/// pool.</summary>
internal sealed class VideoPictures(PacketPool pool)
{
    public const int PacketsPerPicture = 9;

    /// <summary>From a picture to the next, at 90 kHz and 30 a second.</summary>
    private const uint TimestampStep = 3000;
    private const int KeyFrameInterval = 300;
    private const int PayloadBytes = 1160;

    private readonly byte[] _text = Text();
    private long _number = 1 << 16;
    private uint _timestamp;
    private int _picture = -1;
    private int _index = PacketsPerPicture;

    /// <summary>Whether the next packet begins a picture.</summary>
    public bool IsAtStart => _index == PacketsPerPicture;

    /// <summary>Makes the next packet; whoever takes it holds the only claim on its slot.</summary>
    public TrackPacket Next(Instant now)
    {
        if (IsAtStart)
        {
            _index = 0;
            _picture++;
            _timestamp = unchecked(_timestamp + TimestampStep);
        }

        if (!pool.TryRent(out var handle))
        {
            throw new InvalidOperationException("Slots of the benchmark's pool were not released.");
        }

        var isLast = _index == PacketsPerPicture - 1;
        var slot = pool.Slot(handle);
        var header = WriteHeader(slot, isLast);
        // Odd packets are a byte shorter, as of an encoder that cuts a picture into nearly equal parts.
        var payload = slot.Slice(header, PayloadBytes - (_index & 1));
        WritePayload(payload);
        return new TrackPacket
        {
            Handle = handle,
            ExtendedSequence = _number++,
            ArrivedAt = now,
            Timestamp = _timestamp,
            PacketLength = (ushort)(header + payload.Length),
            HeaderLength = (ushort)header,
            PayloadOffset = (ushort)header,
            PayloadLength = (ushort)payload.Length,
            SourceEpoch = 1,
            Extensions = RtpExtensionIds.Of(slot[..header]),
            Layer = 0,
            Marker = isLast,
            IsKeyFrameStart = _index++ == 0 && IsKeyFrame,
        };
    }

    private bool IsKeyFrame => _picture % KeyFrameInterval == 0;

    /// <summary>With the extensions that a browser sends of pictures: absolute time and number on the transport.</summary>
    private int WriteHeader(Span<byte> slot, bool isLast)
    {
        var number = unchecked((ushort)_number);
        var writer = new RtpHeaderWriter(
            slot,
            isLast,
            new PayloadType(96),
            new SequenceNumber(number),
            _timestamp,
            new Ssrc(77)
        );
        writer.AddUInt24(2, 0x123456);
        writer.AddUInt16(3, number);
        return writer.Complete();
    }

    /// <summary>A descriptor with a picture's number of 15 bits (RFC 7741 §4.2), then what an encoder made.</summary>
    private void WritePayload(Span<byte> payload)
    {
        _text.AsSpan(0, payload.Length).CopyTo(payload);
        payload[0] = (byte)(0x80 | (_index == 0 ? 0x10 : 0));
        payload[1] = 0x80;
        payload[2] = (byte)(0x80 | (_picture >> 8 & 0x7F));
        payload[3] = unchecked((byte)_picture);
        payload[4] = (byte)(IsKeyFrame ? 0 : 1);
    }

    private static byte[] Text()
    {
        var text = new byte[PayloadBytes];
        Prng.FromNumber(1).Fill(text);
        return text;
    }
}
