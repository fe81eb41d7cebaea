using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Clients;

/// <summary>One layer of a publisher's encoder.</summary>
internal sealed class EncoderLayer(byte layer, PublisherOptions options, uint session, Prng random)
{
    private readonly uint _firstTimestamp = random.NextUInt32();
    private long _sequence = 65_536 + random.NextInt32(65_536);
    private uint _frame;
    private readonly List<Instant> _sentAt = [];
    private Instant _keyFrameAt = Instant.Zero;

    /// <summary>Whether it is encoded.</summary>
    public bool IsOn { get; private set; } = true;

    /// <summary>Begins or ends to encode it; it begins with a key frame.</summary>
    public void Switch(bool isOn, Instant now)
    {
        _keyFrameAt = isOn && !IsOn ? now : _keyFrameAt;
        IsOn = isOn;
    }

    /// <summary>When a picture was encoded.</summary>
    public Instant SentAt(uint frame) => _sentAt[(int)frame - 1];

    /// <summary>Somebody wants a key frame.</summary>
    public void WantKeyFrame(Instant now)
    {
        if (options.AnswersRequests)
        {
            _keyFrameAt = Instant.Min(_keyFrameAt, now + options.EncoderDelay);
        }
    }

    /// <summary>Makes the packets of the next picture.</summary>
    public void Encode(List<PublishedPacket> packets, Instant now)
    {
        if (!IsOn)
        {
            return;
        }

        var isKeyFrame = _keyFrameAt <= now;
        if (isKeyFrame)
        {
            _keyFrameAt = now + options.KeyFrameInterval;
        }

        _frame++;
        _sentAt.Add(now);
        var count = (options.PacketsPerFrame + layer) * (isKeyFrame ? options.KeyFrameFactor : 1);
        var timestamp = unchecked(
            _firstTimestamp + (uint)(now.Ticks / TimeSpan.TicksPerMillisecond * 90)
        );
        for (var index = 0; index < count; index++)
        {
            packets.Add(
                new PublishedPacket(
                    new MediaStamp(session, _frame, layer, (byte)index, (byte)count, isKeyFrame),
                    _sequence++,
                    timestamp,
                    Math.Max(options.PacketBytes, MediaStamp.LeastBytes)
                )
            );
        }
    }
}
