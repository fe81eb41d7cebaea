using Edge.Primitives;

namespace Edge.Testing.Clients;

/// <summary>Makes an Opus-shaped stream: 50 packets a second of 48 kHz clock; a telephone event takes the
/// place of sound while it lasts, as in browsers.</summary>
public sealed class SyntheticAudio : IMediaSource
{
    private const uint SamplesPerPacket = 960;
    private const int PayloadBytes = 120;
    private const uint PacketsPerComfortNoise = 20;

    /// <summary>What the copies of <see cref="RedundantFormat"/> consist of.</summary>
    public const byte CopyByte = 0xC0;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private uint _packet;
    private uint _eventStart;
    private int _eventPacketsLeft;
    private byte _event;
    private bool _isEventBegun;

    /// <summary>When the next packet is due.</summary>
    public Instant NextAt { get; private set; } = Instant.Never;

    /// <summary>Whether there is nothing to say: of twenty packets one is sent, 400 ms apart, as libopus does with
    /// DTX (RFC 7587 §3.1.3); numbers go on without a gap, timestamps with time.</summary>
    public bool IsSilent { get; set; }

    /// <summary>The number of the sound where each packet has a copy of the one before (RFC 2198); null for single
    /// sound. Default null.</summary>
    public PayloadType? RedundantFormat { get; init; }

    /// <summary>Begins the stream.</summary>
    public void Start(Instant now) => NextAt = now;

    /// <summary>Sound has no key frames.</summary>
    public void RequestKeyFrame() { }

    /// <summary>Sends an event in the next packets; the last three repeat its end (RFC 4733 §2.5.1.4).</summary>
    public void SendEvent(byte code, int packets)
    {
        _event = code;
        _eventPacketsLeft = packets;
        _isEventBegun = false;
    }

    /// <summary>Writes the next packet that is due; false when none is.</summary>
    public bool TryNext(Span<byte> payload, Instant now, out SyntheticPacket packet)
    {
        packet = default;
        while (IsSilent && now >= NextAt && _packet % PacketsPerComfortNoise != 0)
        {
            _packet++;
            NextAt += Interval;
        }

        if (now < NextAt)
        {
            return false;
        }

        packet = _eventPacketsLeft > 0 ? Event(payload) : Sound(payload, now);
        _packet++;
        NextAt += Interval;
        return true;
    }

    private uint Timestamp => unchecked(_packet * SamplesPerPacket);

    private SyntheticPacket Sound(Span<byte> payload, Instant now)
    {
        var headerLength = WriteRedundancy(payload);
        var body = payload.Slice(headerLength, PayloadBytes);
        body.Clear();
        body[0] = 0x78;
        new FrameStamp(_packet, Index: 0, Count: 1, IsKey: false, now).WriteEnd(body);
        return new SyntheticPacket(
            Timestamp,
            Marker: _packet == 0,
            headerLength + body.Length,
            IsRedundant: headerLength > 0
        );
    }

    /// <summary>RFC 2198 §3: the header of the copy, that of the sound, and the copy, all of one byte's value.</summary>
    private int WriteRedundancy(Span<byte> payload)
    {
        if (RedundantFormat is not { } format)
        {
            return 0;
        }

        payload[0] = (byte)(0x80 | format.Value);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(
            payload[1..],
            unchecked((ushort)(SamplesPerPacket << 2))
        );
        payload[3] = PayloadBytes;
        payload[4] = format.Value;
        payload.Slice(5, PayloadBytes).Fill(CopyByte);
        return 5 + PayloadBytes;
    }

    /// <summary>RFC 4733 §2.3: event, end bit and volume, duration so far.</summary>
    private SyntheticPacket Event(Span<byte> payload)
    {
        const int endPackets = 3;
        var isFirst = !_isEventBegun;
        if (isFirst)
        {
            _isEventBegun = true;
            _eventStart = Timestamp;
        }

        var isEnd = _eventPacketsLeft-- <= endPackets;
        var duration = unchecked((ushort)(Timestamp - _eventStart + SamplesPerPacket));
        payload[0] = _event;
        payload[1] = (byte)(isEnd ? 0x8A : 0x0A);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(payload[2..], duration);
        return new SyntheticPacket(_eventStart, isFirst, Length: 4, IsTelephoneEvent: true);
    }
}
