using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tests.Support;

/// <summary>A track with its pool, time, and viewers whose packets are kept.</summary>
internal sealed class TrackBench
{
    public const int Slots = 20_000;

    public TrackBench(
        CodecKind codec = CodecKind.H264,
        TrackOptions? options = null,
        PacketPool? pool = null
    )
    {
        Codec = codec;
        var isAudio = codec == CodecKind.Opus;
        Pool = pool ?? new PacketPool(0, Slots);
        Pools = [Pool];
        Track = new Track(
            new TrackDescription(
                isAudio ? MediaKind.Audio : MediaKind.Video,
                codec,
                isAudio ? 48_000u : 90_000u
            ),
            Pools,
            options ?? new TrackOptions()
        );
    }

    public CodecKind Codec { get; }

    public PacketPool Pool { get; }

    public PacketPool[] Pools { get; }

    public Track Track { get; }

    public Instant Now { get; private set; }

    /// <summary>Layers that the publisher was asked to send a key frame of, with the time in ms.</summary>
    public List<(int Layer, double AtMs)> Requests { get; } = [];

    public double NowMs => (double)Now.Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>Lets time pass, doing everything when it is due.</summary>
    public void AdvanceTo(double ms)
    {
        var end = Instant.FromMilliseconds(ms);
        var again = 0;
        while (true)
        {
            var due = Instant.Max(Now, Track.PollTimeout());
            if (due > end)
            {
                break;
            }

            Now = due;
            Pump();
            // Who loses its place while it catches up is looked at once more.
            again = Track.PollTimeout() <= Now ? again + 1 : 0;
            if (again > 2)
            {
                throw new InvalidOperationException("A deadline stays in the past.");
            }
        }

        Now = end;
    }

    public void Pump()
    {
        var sink = new RecordingSink(Pools, Codec, Now);
        Track.HandleTimeout(ref sink, Now);
        while (Track.PollKeyFrameRequest(out var layer, Now))
        {
            Requests.Add((layer, NowMs));
        }
    }

    /// <summary>Hands a packet to the track as ingest does, and gives the claim back unless kept.</summary>
    public void Forward(in TrackPacket packet, bool keepClaim = false)
    {
        var sink = new RecordingSink(Pools, Codec, Now);
        Track.Forward(packet with { ArrivedAt = packet.ArrivedAt }, ref sink, Now);
        if (!keepClaim)
        {
            Pool.Release(packet.Handle);
        }

        while (Track.PollKeyFrameRequest(out var layer, Now))
        {
            Requests.Add((layer, NowMs));
        }
    }

    public void Forward(IEnumerable<TrackPacket> packets)
    {
        foreach (var packet in packets)
        {
            Forward(packet);
        }
    }

    /// <summary>Publishes frames at 30 a second up to a time; a key frame first and then at an interval.</summary>
    public void Publish(double untilMs, int keyFrameInterval, params SyntheticLayer[] layers)
    {
        for (var frame = 0; NowMs < untilMs; frame++)
        {
            foreach (var layer in layers)
            {
                Forward(layer.Frame(Pool, frame % keyFrameInterval == 0, Now));
            }

            AdvanceTo(Math.Min(untilMs, Math.Round(NowMs + 33)));
        }
    }

    public (Subscription Subscription, List<SentPacket> Sent) Join(
        ushort firstSequence = 1000,
        uint firstTimestamp = 50_000,
        bool takesTelephoneEvents = false
    )
    {
        var sent = new List<SentPacket>();
        var subscription = new Subscription(new(firstSequence), firstTimestamp)
        {
            Owner = sent,
            TakesTelephoneEvents = takesTelephoneEvents,
        };
        Track.Attach(subscription, Now);
        return (subscription, sent);
    }

    public bool Nack(Subscription subscription, long extendedOut)
    {
        var sink = new RecordingSink(Pools, Codec, Now);
        return Track.HandleNack(subscription, new(unchecked((ushort)extendedOut)), ref sink, Now);
    }
}
