using Edge.Primitives;

namespace Edge.Testing.Clients;

/// <summary>Makes an Opus-shaped stream: 50 packets a second of 48 kHz clock.</summary>
public sealed class SyntheticAudio
{
    private const uint SamplesPerPacket = 960;
    private const int PayloadBytes = 120;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private uint _packet;

    /// <summary>When the next packet is due.</summary>
    public Instant NextAt { get; private set; } = Instant.Never;

    /// <summary>Begins the stream.</summary>
    public void Start(Instant now) => NextAt = now;

    /// <summary>Writes the next packet that is due; false when none is.</summary>
    public bool TryNext(Span<byte> payload, Instant now, out SyntheticPacket packet)
    {
        packet = default;
        if (now < NextAt)
        {
            return false;
        }

        var body = payload[..PayloadBytes];
        body.Clear();
        body[0] = 0x78;
        new FrameStamp(_packet, Index: 0, Count: 1, IsKey: false, now).WriteEnd(body);
        packet = new SyntheticPacket(
            unchecked(_packet * SamplesPerPacket),
            _packet == 0,
            body.Length
        );
        _packet++;
        NextAt += Interval;
        return true;
    }
}
