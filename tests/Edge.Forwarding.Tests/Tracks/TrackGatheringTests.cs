using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

/// <summary>Packets of a picture wait for its last one, so that each viewer is sent them together.</summary>
public sealed class TrackGatheringTests
{
    private const double WaitMs = 5;

    private readonly TrackBench _bench = new(
        CodecKind.H264,
        new TrackOptions { PictureWait = TimeSpan.FromMilliseconds(WaitMs) }
    );
    private readonly SyntheticLayer _layer = new(CodecKind.H264, 1, 0, 100, 0)
    {
        PacketsPerFrame = 4,
        PaddingBytes = 0,
    };

    public TrackGatheringTests()
    {
        _bench.Track.StartSource(1, [], _bench.Now);
    }

    /// <summary>All of a picture to one viewer, then all of it to the next.</summary>
    [Fact]
    public void Forward_PictureIsWhole_EachViewerIsSentItTogether()
    {
        var order = new List<(object? Viewer, long Out)>();
        _ = _bench.Join();
        _ = _bench.Join();
        Picture(isKeyFrame: true);
        var picture = _layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now);
        foreach (var packet in picture)
        {
            Assert.Empty(order);
            var sink = new OrderSink(order);
            _bench.Track.Forward(packet, ref sink, _bench.Now);
            _bench.Pool.Release(packet.Handle);
        }

        Assert.Equal(8, order.Count);
        Assert.Single(order.Take(4).Select(sent => sent.Viewer).Distinct());
        Assert.Single(order.Skip(4).Select(sent => sent.Viewer).Distinct());
        Assert.All(
            order.Take(4).Zip(order.Skip(1).Take(3)),
            pair => Assert.Equal(pair.First.Out + 1, pair.Second.Out)
        );
    }

    /// <summary>Where nobody can tell key frames, viewers may begin with any picture: with its first packet, and only with
    /// that.</summary>
    [Fact]
    public void Forward_PictureThatNobodyCanRead_IsARunBehindItsFirstPacket()
    {
        var order = new List<(object? Viewer, long Out)>();
        var track = new Track(
            new TrackDescription(MediaKind.Video, CodecKind.Vp8, 90_000) { IsEncrypted = true },
            _bench.Pools,
            new TrackOptions { PictureWait = TimeSpan.FromMilliseconds(WaitMs) }
        );
        track.StartSource(1, [], _bench.Now);
        for (var viewer = 0; viewer < 2; viewer++)
        {
            track.Attach(new Subscription(new(1000), 0) { Owner = viewer }, _bench.Now);
        }

        for (var picture = 0; picture < 2; picture++)
        {
            order.Clear();
            _bench.AdvanceTo(_bench.NowMs + 33);
            foreach (var packet in _layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now))
            {
                var sink = new OrderSink(order);
                track.Forward(packet, ref sink, _bench.Now);
                _bench.Pool.Release(packet.Handle);
            }
        }

        Assert.Equal([0, 1, 0, 0, 0, 1, 1, 1], order.Select(sent => (int)sent.Viewer!));
        track.Close();
        Assert.Equal(_bench.Pool.Slots, _bench.Pool.CountFree());
    }

    [Fact]
    public void Forward_LastPacketIsMissing_TheOthersWaitNoLongerThanTheyMay()
    {
        var sent = Started();
        Forward(_layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now), skip: 1);
        var since = _bench.NowMs;
        _bench.AdvanceTo(since + WaitMs - 0.1);
        Assert.Empty(sent);
        _bench.AdvanceTo(since + WaitMs);

        Assert.Equal(3, sent.Count);
    }

    /// <summary>A publisher that sets no marker, or whose marker was lost.</summary>
    [Fact]
    public void Forward_NextPictureBegins_TheOneBeforeGoesFirst()
    {
        var sent = Started();
        Forward(_layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now), skip: 1);
        _bench.AdvanceTo(_bench.NowMs + 1);
        Forward(_layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now), skip: 1);

        Assert.Equal(3, sent.Count);
        _bench.AdvanceTo(_bench.NowMs + WaitMs);
        Assert.Equal(6, sent.Count);
        Assert.Equal(sent.Select(packet => packet.In).Order(), sent.Select(packet => packet.In));
    }

    /// <summary>What was lost and came again is awaited by its viewers: it does not wait for anything.</summary>
    [Fact]
    public void Forward_RepairOfAnEarlierPicture_GoesAtOnce()
    {
        var sent = Started();
        var picture = _layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now);
        foreach (var packet in picture.Where((_, index) => index != 1))
        {
            _bench.Forward(packet);
        }

        Assert.Equal(3, sent.Count);
        _bench.Forward(picture[1]);
        Assert.Equal(picture[1].ExtendedSequence, sent[^1].In);
    }

    [Fact]
    public void Forward_MoreThanMayWait_GoesInParts()
    {
        var sent = Started();
        _layer.PacketsPerFrame = 100;
        Forward(_layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now), skip: 1);

        Assert.Equal(96, sent.Count);
    }

    /// <summary>A single packet, and padding, wait for nobody.</summary>
    [Fact]
    public void Forward_NothingToWaitFor_GoesAtOnce()
    {
        var sent = Started();
        _layer.PacketsPerFrame = 1;
        Picture(isKeyFrame: false);
        Assert.Single(sent);
        _bench.Forward(_layer.Padding(_bench.Pool, _bench.Now));
        Picture(isKeyFrame: false);
        Assert.Equal(2, sent.Count(packet => !packet.IsFiller));
    }

    [Fact]
    public void ReleaseGathered_PictureWaits_ItGoes()
    {
        var sent = Started();
        Forward(_layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now), skip: 2);
        var sink = new RecordingSink(_bench.Pools, _bench.Codec, _bench.Now);
        _bench.Track.ReleaseGathered(ref sink, _bench.Now);

        Assert.Equal(2, sent.Count);
    }

    /// <summary>Another shard's first viewer misses none of what waits here.</summary>
    [Fact]
    public void ReplayCache_PictureWaits_ItIsShownToo()
    {
        _ = Started();
        var picture = _layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now);
        Forward(picture, skip: 2);
        var replayed = new List<long>();
        var sink = new ReplayedSink(replayed);
        Assert.True(_bench.Track.ReplayCache(ref sink, TimeSpan.Zero));

        Assert.Equal([picture[0].ExtendedSequence, picture[1].ExtendedSequence], replayed[^2..]);
        Assert.Equal(replayed.Distinct(), replayed);
    }

    /// <summary>What an encoder cut into nearly equal parts becomes equal; what differs more, or has padding of its own, stays
    /// as it is, and so does the last.</summary>
    [Theory]
    [InlineData(new[] { 1187, 1186, 1187, 1187 }, new[] { 0, 1, 0, 0 })]
    [InlineData(new[] { 1186, 1186, 1187, 1187 }, new[] { 1, 1, 0, 0 })]
    [InlineData(new[] { 1187, 1187, 1187, 1180 }, new[] { 0, 0, 0, 0 })]
    [InlineData(new[] { 1187, 1169, 1168, 300 }, new[] { 0, 18, 0, 0 })]
    [InlineData(new[] { 30, 29, 30, 30 }, new[] { 0, 0, 0, 0 })]
    public void Forward_PartsOfNearlyOneLength_AreEvenedOutByPadding(int[] lengths, int[] paddings)
    {
        var sent = new List<ForwardedPacket>();
        _ = _bench.Join();
        Picture(isKeyFrame: true);
        Send(lengths, sent, ownPadding: 0);

        Assert.Equal(paddings, sent.ConvertAll(packet => packet.Padding));
        foreach (var packet in sent)
        {
            // The last byte says how many there are (RFC 3550 §5.1), whatever other shards wanted.
            var slot = _bench.Pool.Slot(packet.Handle);
            var padding = slot.Slice(packet.TailOffset + packet.TailLength, packet.Padding);
            Assert.Equal(
                Enumerable.Range(1, packet.Padding).Select(at => (byte)at),
                padding.ToArray()
            );
        }

        sent.Clear();
        Send(lengths, sent, ownPadding: 1);
        Assert.All(sent, packet => Assert.Equal(0, packet.Padding));
    }

    [Fact]
    public void Close_PictureWaits_NoClaimIsLost()
    {
        _ = Started();
        Forward(_layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now), skip: 2);
        _bench.Track.EndSource(_bench.Now);
        _bench.AdvanceTo(_bench.NowMs + 50);
        _bench.Track.StartSource(2, [], _bench.Now);
        _bench.Track.Close();

        Assert.Equal(_bench.Pool.Slots, _bench.Pool.CountFree());
    }

    /// <summary>Pictures of eight packets, each third without its last. All share one slot: only counts matter here.</summary>
    [Fact]
    public void Forward_ReleaseGathered_HandleTimeout_AllocateNothing()
    {
        var sink = new CountingSink();
        _ = _bench.Join();
        var template = _layer.Frame(_bench.Pool, isKeyFrame: true, _bench.Now)[0];
        var now = _bench.Now;
        var number = template.ExtendedSequence;
        AllocationAssert.None(() =>
        {
            number++;
            now += TimeSpan.FromMilliseconds(number % 8 == 0 ? 30 : 1);
            var packet = template with
            {
                ExtendedSequence = number,
                Timestamp = (uint)(number / 8 * 3000),
                Marker = number % 24 is 7 or 15,
                ArrivedAt = now,
                IsKeyFrameStart = number % 2000 == 0,
            };
            _bench.Track.Forward(packet, ref sink, now);
            _bench.Track.HandleTimeout(ref sink, now);
            if (number % 100 == 0)
            {
                _bench.Track.ReleaseGathered(ref sink, now);
            }
        });
        Assert.True(sink.Packets > 8_000);
    }

    private List<SentPacket> Started()
    {
        var (_, sent) = _bench.Join();
        Picture(isKeyFrame: true);
        sent.Clear();
        return sent;
    }

    private void Picture(bool isKeyFrame)
    {
        _bench.AdvanceTo(_bench.NowMs + 33);
        _bench.Forward(_layer.Frame(_bench.Pool, isKeyFrame, _bench.Now));
    }

    private void Forward(List<TrackPacket> packets, int skip)
    {
        _bench.Forward(packets.SkipLast(skip));
        foreach (var packet in packets.TakeLast(skip))
        {
            _bench.Pool.Release(packet.Handle);
        }
    }

    private void Send(int[] lengths, List<ForwardedPacket> sent, int ownPadding)
    {
        _bench.AdvanceTo(_bench.NowMs + 33);
        _layer.PacketsPerFrame = lengths.Length;
        var picture = _layer.Frame(_bench.Pool, isKeyFrame: false, _bench.Now);
        foreach (var (packet, length) in picture.Zip(lengths))
        {
            var sink = new PacketSink(sent);
            var cut = packet with
            {
                PayloadLength = (ushort)length,
                PacketLength = (ushort)(packet.PayloadOffset + length + ownPadding),
            };
            _bench.Track.Forward(cut, ref sink, _bench.Now);
            _bench.Pool.Release(packet.Handle);
        }
    }

    private readonly struct OrderSink(List<(object? Viewer, long Out)> order) : IForwardSink
    {
        public void Send(Subscription subscription, in ForwardedPacket packet) =>
            order.Add((subscription.Owner, packet.ExtendedSequence));
    }

    private readonly struct PacketSink(List<ForwardedPacket> sent) : IForwardSink
    {
        public void Send(Subscription subscription, in ForwardedPacket packet) => sent.Add(packet);
    }

    private readonly struct ReplayedSink(List<long> replayed) : IReplaySink
    {
        public bool Offer(in TrackPacket packet)
        {
            replayed.Add(packet.ExtendedSequence);
            return true;
        }
    }
}
