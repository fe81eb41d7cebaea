using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tests.Thinning;

/// <summary>A track of one stream with layers and its viewers, behind a network that loses and delays.</summary>
internal sealed partial class ThinningBench
{
    private readonly List<(int DuePicture, TrackPacket Packet)> _late = [];
    private readonly HashSet<long> _delivered = [];
    private readonly bool _hasDescriptors;
    private readonly bool _isEncrypted;
    private ushort _epoch;
    private int _pictures;
    private bool _isKeyWanted;

    public ThinningBench(
        CodecKind codec,
        LayeredMode mode,
        bool hasDescriptors = true,
        Func<LayeredFrame, byte[]>? captured = null,
        bool isEncrypted = false
    )
    {
        Codec = codec;
        Mode = mode;
        Pool = new PacketPool(0, 4096);
        _hasDescriptors = hasDescriptors;
        Encoder = new(codec, mode, Pool)
        {
            HasDescriptors = hasDescriptors,
            Captured = captured,
            IsEncrypted = isEncrypted,
        };
        _isEncrypted = isEncrypted;
        Track = NewTrack();
        Start();
    }

    public CodecKind Codec { get; }

    public LayeredMode Mode { get; }

    public PacketPool Pool { get; }

    public LayeredEncoder Encoder { get; private set; }

    public Track Track { get; private set; }

    public Instant Now { get; private set; }

    public int KeyFramesAsked { get; private set; }

    /// <summary>Whether the encoder answers wishes for key frames.</summary>
    public bool AnswersKeyFrames { get; set; } = true;

    /// <summary>Packets in a thousand that come late, by up to ten pictures.</summary>
    public int LatePerThousand { get; set; }

    /// <summary>Packets in a thousand that never come.</summary>
    public int LostPerThousand { get; set; }

    public bool WasDelivered(long number) => _delivered.Contains(number);

    public (Subscription Subscription, List<ThinnedPacket> Sent) Join()
    {
        var sent = new List<ThinnedPacket>();
        var subscription = new Subscription(new(65_000), 50_000) { Owner = sent };
        Track.Attach(subscription, Now);
        return (subscription, sent);
    }

    public void Pictures(int count, Prng random)
    {
        for (; count > 0; count--)
        {
            var packets = Encoder.Picture(_isKeyWanted, Now);
            _isKeyWanted = false;
            foreach (var packet in packets)
            {
                Offer(packet, random);
            }

            DeliverLate();
            _pictures++;
            Now += TimeSpan.FromMilliseconds(33);
            Pump();
        }
    }

    /// <summary>Lets everything arrive that is on its way.</summary>
    public void Drain()
    {
        foreach (var (_, packet) in _late)
        {
            Deliver(packet);
        }

        _late.Clear();
        Pump();
    }

    /// <summary>Another publisher comes under the same name.</summary>
    public void ReplaceSource()
    {
        Encoder = new(Codec, Mode, Pool) { HasDescriptors = _hasDescriptors, Epoch = 2 };
        Start();
    }

    /// <summary>Bytes that a decode target took in the latest pictures.</summary>
    public long BytesOf(int spatial, int temporal, int lastPictures)
    {
        var frames = Encoder.Frames.Values;
        var first = frames.Max(frame => frame.Picture) - lastPictures + 1;
        return frames
            .Where(frame => frame.Picture >= first && Mode.IsPart(frame, spatial, temporal))
            .Sum(frame => frame.Packets.Sum(packet => (long)Encoder.LengthOf[packet]));
    }

    public bool Nack(Subscription subscription, long extendedOut)
    {
        var sink = new ThinningSink(Pool, Codec);
        return Track.HandleNack(subscription, new(unchecked((ushort)extendedOut)), ref sink, Now);
    }

    private Track NewTrack() =>
        new(
            new TrackDescription(MediaKind.Video, Codec, 90_000) { IsEncrypted = _isEncrypted },
            [Pool],
            new TrackOptions { VideoCachePackets = 1024 }
        );

    private void Start()
    {
        _epoch = Encoder.Epoch;
        StartTrack();
    }

    private void StartTrack()
    {
        Track.StartSource(_epoch, [], Now);
        Track.SetDescriptorExtension(_hasDescriptors ? LayeredEncoder.DescriptorId : (byte)0);
    }

    private void Offer(in TrackPacket packet, Prng random)
    {
        var fate = random.NextInt32(1000);
        if (fate < LatePerThousand)
        {
            _late.Add((_pictures + random.NextInt32(10), packet));
        }
        else if (fate < LatePerThousand + LostPerThousand)
        {
            Pool.Release(packet.Handle);
        }
        else
        {
            Deliver(packet);
        }
    }

    private void DeliverLate()
    {
        for (var index = _late.Count - 1; index >= 0; index--)
        {
            if (_late[index].DuePicture <= _pictures)
            {
                Deliver(_late[index].Packet);
                _late.RemoveAt(index);
            }
        }
    }

    private void Deliver(in TrackPacket packet)
    {
        _delivered.Add(packet.ExtendedSequence);
        var sink = new ThinningSink(Pool, Codec);
        Track.Forward(packet with { ArrivedAt = Now, SourceEpoch = _epoch }, ref sink, Now);
        Pool.Release(packet.Handle);
        TakeRequests();
    }

    private void Pump()
    {
        var sink = new ThinningSink(Pool, Codec);
        Track.HandleTimeout(ref sink, Now);
        TakeRequests();
    }

    private void TakeRequests()
    {
        while (Track.PollKeyFrameRequest(out _, Now))
        {
            KeyFramesAsked++;
            _isKeyWanted |= AnswersKeyFrames;
        }
    }
}
