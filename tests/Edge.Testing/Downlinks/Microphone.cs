using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>Makes the packets of somebody's sound as a node has them once they were received: Opus of 20 ms, with a
/// packet each 400 ms in silence.</summary>
public sealed class Microphone
{
    private const int HeaderBytes = 12;
    private const int PayloadBytes = 80;
    private const uint TicksPerPacket = 960;
    private static readonly TimeSpan SpeechInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SilenceInterval = TimeSpan.FromMilliseconds(400);

    private readonly PacketPool _pool;
    private readonly Prng? _random;
    private readonly TimeSpan _speech;
    private readonly TimeSpan _silence;
    private readonly Instant _startsAt;
    private Instant _changesAt;
    private bool _isSpeaking;
    private long _number = 70_000;

    /// <summary>Makes one of somebody who speaks all the time.</summary>
    public Microphone(PacketPool pool, Instant startsAt)
    {
        _pool = pool;
        _startsAt = startsAt;
        _isSpeaking = true;
        _changesAt = Instant.Never;
        NextAt = startsAt;
    }

    /// <summary>Makes one of somebody who speaks now and then.</summary>
    /// <param name="speech">How long, on average.</param>
    /// <param name="silence">And then not for how long, on average.</param>
    /// <param name="pool">Where packets are.</param>
    /// <param name="random">When that is.</param>
    /// <param name="startsAt">When it begins, in silence.</param>
    public Microphone(
        TimeSpan speech,
        TimeSpan silence,
        PacketPool pool,
        Prng random,
        Instant startsAt
    )
        : this(pool, startsAt)
    {
        _random = random;
        _speech = speech;
        _silence = silence;
        _isSpeaking = false;
        _changesAt = startsAt + Draw(silence);
    }

    /// <summary>When the next packet is due.</summary>
    public Instant NextAt { get; private set; }

    /// <summary>Packets made.</summary>
    public long Made { get; private set; }

    /// <summary>Makes the packets that are due. Who takes a packet gives its claim back.</summary>
    public void MakeDue(Instant now, Action<TrackPacket> take)
    {
        while (NextAt <= now)
        {
            take(MakePacket(now));
            if (NextAt >= _changesAt)
            {
                _isSpeaking = !_isSpeaking;
                _changesAt = NextAt + Draw(_isSpeaking ? _speech : _silence);
            }

            NextAt += _isSpeaking ? SpeechInterval : SilenceInterval;
        }
    }

    private TimeSpan Draw(TimeSpan mean) => mean * -Math.Log(1 - _random!.NextDouble());

    private TrackPacket MakePacket(Instant now)
    {
        if (!_pool.TryRent(out var handle))
        {
            throw new TestingException("The pool of the simulated node is empty.");
        }

        var packet = _pool.Slot(handle)[..(HeaderBytes + PayloadBytes)];
        packet.Clear();
        packet[0] = 0x80;
        new PictureStamp(PictureStamp.Sound, 0, 0, 1, false, now).WriteEnd(packet);
        Made++;
        return new TrackPacket
        {
            Handle = handle,
            ExtendedSequence = _number++,
            ArrivedAt = now,
            Timestamp = unchecked((uint)((NextAt - _startsAt) / SpeechInterval) * TicksPerPacket),
            PacketLength = HeaderBytes + PayloadBytes,
            HeaderLength = HeaderBytes,
            PayloadOffset = HeaderBytes,
            PayloadLength = PayloadBytes,
            SourceEpoch = 1,
            Layer = 0,
            Marker = false,
            TemporalLayer = -1,
        };
    }
}
