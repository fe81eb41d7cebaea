using Edge.Primitives;

namespace Edge.Testing.Clients;

/// <summary>One stream that a client publishes: where its packets come from and what was sent.</summary>
public sealed class ClientStream
{
    private readonly IMediaSource _source;
    private SequenceNumber _next;

    /// <summary>A stream of what a source makes.</summary>
    public ClientStream(IMediaSource source, SequenceNumber first)
    {
        _source = source;
        _next = first;
    }

    internal SentHistory History { get; } = new();

    /// <summary>The made-up video, if it is one.</summary>
    public SyntheticVideo? Video => _source as SyntheticVideo;

    /// <summary>While false, nothing is sent: a simulcast layer switched off.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>A plain packet whose header extensions every sent one carries, as the sender's
    /// translation says; none by default.</summary>
    public byte[] SourcePacket { get; set; } = [];

    /// <summary>Packets sent for the first time.</summary>
    public long Packets { get; private set; }

    /// <summary>When the next packet is due.</summary>
    public Instant NextAt => _source.NextAt;

    /// <summary>Begins the stream.</summary>
    public void Start(Instant now) => _source.Start(now);

    /// <summary>Asks the source for a key frame.</summary>
    public void RequestKeyFrame() => _source.RequestKeyFrame();

    /// <summary>Writes the next packet that is due; false when none is.</summary>
    internal bool TryNext(
        Span<byte> payload,
        Instant now,
        out SyntheticPacket packet,
        out SequenceNumber sequence
    )
    {
        sequence = _next;
        var isDue = _source.TryNext(payload, now, out packet);
        if (isDue && IsEnabled)
        {
            _next = _next.Next;
            Packets++;
            History.Add(sequence, packet, payload);
        }

        return isDue;
    }
}
