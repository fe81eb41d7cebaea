using Edge.Primitives;

namespace Edge.Testing.Clients;

/// <summary>One stream that a client publishes: where its packets come from and what was sent.</summary>
public sealed class ClientStream
{
    private readonly SyntheticVideo? _video;
    private readonly SyntheticAudio? _audio;
    private SequenceNumber _next;

    /// <summary>A video stream.</summary>
    public ClientStream(SyntheticVideo video, SequenceNumber first)
    {
        _video = video;
        _next = first;
    }

    /// <summary>An audio stream.</summary>
    public ClientStream(SyntheticAudio audio, SequenceNumber first)
    {
        _audio = audio;
        _next = first;
    }

    internal SentHistory History { get; } = new();

    /// <summary>The made-up video, if it is one.</summary>
    public SyntheticVideo? Video => _video;

    /// <summary>While false, nothing is sent: a simulcast layer switched off.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>A plain packet whose header extensions every sent one carries, as the sender's
    /// translation says; none by default.</summary>
    public byte[] SourcePacket { get; set; } = [];

    /// <summary>Packets sent for the first time.</summary>
    public long Packets { get; private set; }

    /// <summary>When the next packet is due.</summary>
    public Instant NextAt => _video?.NextAt ?? _audio!.NextAt;

    /// <summary>Begins the stream.</summary>
    public void Start(Instant now)
    {
        _video?.Start(now);
        _audio?.Start(now);
    }

    /// <summary>Writes the next packet that is due; false when none is.</summary>
    internal bool TryNext(
        Span<byte> payload,
        Instant now,
        out SyntheticPacket packet,
        out SequenceNumber sequence
    )
    {
        sequence = _next;
        var isDue =
            _video?.TryNext(payload, now, out packet) ?? _audio!.TryNext(payload, now, out packet);
        if (isDue && IsEnabled)
        {
            _next = _next.Next;
            Packets++;
            History.Add(sequence, packet, payload);
        }

        return isDue;
    }
}
