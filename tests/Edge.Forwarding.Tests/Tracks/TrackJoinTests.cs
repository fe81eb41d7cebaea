using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

public sealed class TrackJoinTests
{
    private readonly TrackBench _bench = new();
    private readonly SyntheticLayer _layer = new(CodecKind.H264, 1, 0, 65_000, 7);

    [Fact]
    public void Attach_FreshKeyFrameCached_StartsAtOnceAndGoesLiveWithoutAHole()
    {
        Start();
        _bench.Publish(untilMs: 1000, keyFrameInterval: 1000, _layer);
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 1500, keyFrameInterval: 1000, NoKeyFrames());

        Assert.Equal(SubscriptionState.Live, subscription.State);
        Assert.True(sent[0].IsKeyFrameStart);
        Assert.InRange(sent[0].AtMs, 1000, 1010);
        Expect.Continuous(sent);
        Assert.Equal(_layer.NextSequence - 1, sent[^1].In);
        Assert.Empty(_bench.Requests);
        Assert.Equal(1, _bench.Track.Stats.CachedStarts);
    }

    /// <summary>Known before the first packet: whoever keeps the session is told where its numbers begin.</summary>
    [Fact]
    public void NextNumber_OfASubscription_IsBehindTheLastPacket()
    {
        var (subscription, sent) = _bench.Join(firstSequence: 65_500);
        Assert.Equal(new SequenceNumber(65_500), subscription.NextNumber);
        Start();
        for (var untilMs = 100; untilMs <= 1000; untilMs += 100)
        {
            _bench.Publish(untilMs, keyFrameInterval: 1000, _layer);
            Assert.Equal(
                new SequenceNumber(unchecked((ushort)(sent[^1].Out + 1))),
                subscription.NextNumber
            );
        }

        Assert.Equal(65_500, unchecked((ushort)sent[0].Out));
        Assert.True(unchecked((ushort)sent[^1].Out) < 65_500);
    }

    [Fact]
    public void Attach_FreshKeyFrameCached_BurstIsPacedAndItsTimestampsTakeAsLongAsSending()
    {
        Start();
        _layer.PacketsPerFrame = 20;
        _bench.Publish(untilMs: 1500, keyFrameInterval: 1000, _layer);
        var (_, sent) = _bench.Join();
        _bench.AdvanceTo(1502);
        var cached = 46 * 20;

        Assert.InRange(sent.Count, Track.BurstMin, 2 * (cached / Track.BurstSteps + 1));
        _bench.AdvanceTo(2100);
        Assert.Equal(cached, sent.Count);
        var tookMs = sent[^1].AtMs - sent[0].AtMs;
        Assert.InRange(tookMs, 100, 400);
        var onTimelineMs = (sent[^1].Timestamp - sent[0].Timestamp) / 90.0;
        Assert.InRange(onTimelineMs, tookMs - 20, tookMs + 20);
        Expect.Continuous(sent);
    }

    /// <summary>A sender report made of any packet of a burst ties timestamps to capture as one made of
    /// a live packet does.</summary>
    [Fact]
    public void Attach_FreshKeyFrameCached_CaptureTimesOfTheBurstFitTheLivePackets()
    {
        Start();
        _layer.HasCaptureTimes = true;
        _bench.Publish(untilMs: 1500, keyFrameInterval: 1000, _layer);
        var (_, sent) = _bench.Join();
        _bench.Publish(untilMs: 2500, keyFrameInterval: 1000, NoKeyFrames());

        Assert.True(sent.Count > 200);
        foreach (var packet in sent)
        {
            var byTimestamp = unchecked((int)(packet.Timestamp - sent[^1].Timestamp)) / 90.0;
            var byCapture = (packet.CaptureTime - sent[^1].CaptureTime).TotalMilliseconds;
            Assert.Equal(byTimestamp, byCapture, tolerance: 0.2);
        }
    }

    [Fact]
    public void Attach_OldKeyFrameAndPublisherThatAnswers_WaitsForTheRequestedKeyFrame()
    {
        Start();
        _bench.Publish(untilMs: 3000, keyFrameInterval: 1000, _layer);
        var (_, sent) = _bench.Join();
        _bench.Pump();
        Assert.Equal((0, 3000), Assert.Single(_bench.Requests));
        _bench.AdvanceTo(3100);
        _bench.Forward(_layer.Frame(_bench.Pool, isKeyFrame: true, _bench.Now));

        Assert.Equal(KeyFrameHabit.Answers, _bench.Track.KeyFrameHabit);
        Assert.Equal(3, sent.Count);
        Assert.True(sent[0].IsKeyFrameStart);
        Assert.Equal(1000, sent[0].Out & 0xFFFF);
        Assert.Equal(50_000u, sent[0].Timestamp);
        Assert.Equal(0, _bench.Track.Stats.CachedStarts);
    }

    /// <summary>OBS and FFmpeg: no answer, so the old key frame serves, and the next joiner does not wait.</summary>
    [Fact]
    public void Attach_PublisherThatIgnoresRequests_StartsFromTheOldKeyFrameUnderASecond()
    {
        Start();
        _bench.Publish(untilMs: 6000, keyFrameInterval: 1000, _layer);
        var (_, first) = _bench.Join();
        _bench.Publish(untilMs: 8000, keyFrameInterval: 1000, NoKeyFrames());
        Assert.InRange(first[0].AtMs, 6300, 6310);
        Assert.True(first[0].IsKeyFrameStart);
        Expect.Continuous(first);

        Assert.Equal(KeyFrameHabit.Ignores, _bench.Track.KeyFrameHabit);
        var (_, second) = _bench.Join();
        _bench.AdvanceTo(8000);
        _bench.Pump();
        Assert.NotEmpty(second);
        Assert.Equal(first[0].In, second[0].In);
    }

    [Fact]
    public void HandleKeyFrameRequest_PublisherThatIgnores_ViewerBeginsAgainFromTheCache()
    {
        Start();
        _bench.Publish(untilMs: 5000, keyFrameInterval: 1000, _layer);
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 7000, keyFrameInterval: 1000, NoKeyFrames());
        var before = sent.Count;
        _bench.Track.HandleKeyFrameRequest(subscription, _bench.Now);
        _bench.AdvanceTo(7001);

        Assert.True(sent[before].IsKeyFrameStart);
        Assert.Equal(sent[0].In, sent[before].In);
        Expect.Continuous(sent);
    }

    /// <summary>A publisher that ignores requests and never repairs its losses leaves them in the cache:
    /// a viewer that keeps asking must not be shown them again and again.</summary>
    [Fact]
    public void HandleKeyFrameRequest_AgainAndAgain_TheSameKeyFrameIsRepeatedOnce()
    {
        Start();
        _bench.Publish(untilMs: 5000, keyFrameInterval: 1000, _layer);
        var (subscription, sent) = _bench.Join();
        _bench.Publish(untilMs: 7000, keyFrameInterval: 1000, NoKeyFrames());
        var before = sent.Count;
        for (var second = 7; second < 12; second++)
        {
            _bench.Track.HandleKeyFrameRequest(subscription, _bench.Now);
            _bench.AdvanceTo((second * 1000) + 500);
        }

        Assert.Single(sent.Skip(before), packet => packet.IsKeyFrameStart);
    }

    [Fact]
    public void HandleKeyFrameRequest_TwoViewersAtOnce_AsksOnce()
    {
        Start();
        var (one, _) = _bench.Join();
        var (two, _) = _bench.Join();
        _bench.Publish(untilMs: 1000, keyFrameInterval: 1000, _layer);
        _bench.Track.HandleKeyFrameRequest(one, _bench.Now);
        _bench.Track.HandleKeyFrameRequest(two, _bench.Now);
        _bench.AdvanceTo(1400);
        Assert.Equal((0, 1000), Assert.Single(_bench.Requests));
        _bench.AdvanceTo(1600);
        Assert.Equal(2, _bench.Requests.Count);
        _bench.Forward(_layer.Frame(_bench.Pool, isKeyFrame: true, _bench.Now));
        _bench.AdvanceTo(5000);
        Assert.Equal(2, _bench.Requests.Count);
    }

    [Fact]
    public void Forward_MoreThanTheCacheHolds_KeyFrameIsNoLongerAStart()
    {
        var bench = new TrackBench(options: new TrackOptions { VideoCachePackets = 64 });
        bench.Track.StartSource(1, [], bench.Now);
        bench.Publish(untilMs: 1500, keyFrameInterval: 1000, _layer);
        var (_, sent) = bench.Join();
        bench.AdvanceTo(1800);

        Assert.Empty(sent);
        Assert.Equal((0, 1500), bench.Requests[0]);
        bench.Track.Close();
        Assert.Equal(bench.Pool.Slots, bench.Pool.CountFree());
    }

    [Fact]
    public void ShrinkCache_PoolRunsShort_KeepsOnlyHistory()
    {
        Start();
        _bench.Publish(untilMs: 4000, keyFrameInterval: 1000, _layer);
        Assert.True(_bench.Track.CachedPackets > 350);
        _bench.Track.ShrinkCache(TimeSpan.FromSeconds(1), _bench.Now);
        Assert.InRange(_bench.Track.CachedPackets, 85, 100);
        _bench.Publish(untilMs: 6000, keyFrameInterval: 1000, NoKeyFrames());
        Assert.InRange(_bench.Track.CachedPackets, 85, 100);
    }

    /// <summary>A publisher that fills its cache and falls silent brings nothing to trim with.</summary>
    [Fact]
    public void ShrinkCache_PublisherIsSilent_GivesTheSlotsBackAtOnce()
    {
        Start();
        _bench.Publish(untilMs: 4000, keyFrameInterval: 1000, _layer);
        _bench.AdvanceTo(60_000);
        Assert.True(_bench.Track.CachedPackets > 350);

        _bench.Track.ShrinkCache(TimeSpan.FromSeconds(1), _bench.Now);

        Assert.Equal(1, _bench.Track.CachedPackets);
    }

    [Fact]
    public void ReplayCache_IntoAnotherShardsTrack_GivesItTheSameStart()
    {
        Start();
        _bench.Publish(untilMs: 1500, keyFrameInterval: 1000, _layer);
        var other = new TrackBench(pool: _bench.Pool);
        other.AdvanceTo(1500);
        other.Track.StartSource(1, [], other.Now);
        var (_, sent) = other.Join();
        var collected = new List<TrackPacket>();
        var sink = new ReplaySink(collected, _bench.Pool);
        Assert.True(_bench.Track.ReplayCache(ref sink, TimeSpan.Zero));
        other.Forward(collected);
        other.AdvanceTo(2000);

        Assert.Equal(46 * 3, sent.Count);
        Assert.True(sent[0].IsKeyFrameStart);
        Expect.Continuous(sent);
        Assert.InRange((sent[^1].Timestamp - sent[0].Timestamp) / 90.0, 30, 200);
        other.Track.Close();
        _bench.Track.Close();
        Assert.Equal(_bench.Pool.Slots, _bench.Pool.CountFree());
    }

    /// <summary>Encoders repeat parameter sets within a picture: still one key frame.</summary>
    [Fact]
    public void KeyFramesSent_ParameterSetsRepeatedInAPicture_CountsEachPictureOnce()
    {
        Start();
        var (subscription, _) = _bench.Join();
        for (var picture = 0; picture < 5; picture++)
        {
            var frame = _layer.Frame(_bench.Pool, isKeyFrame: picture % 2 == 0, _bench.Now);
            frame[1] = frame[1] with { IsKeyFrameStart = picture % 2 == 0 };
            _bench.Forward(frame);
            _bench.AdvanceTo(_bench.NowMs + 33);
        }

        Assert.Equal(3, subscription.KeyFramesSent);
    }

    [Fact]
    public void Attach_Audio_StartsWithTheNextPacket()
    {
        var bench = new TrackBench(CodecKind.Opus);
        var audio = new SyntheticLayer(CodecKind.Opus, 1, 0, 9, 9, 48_000) { PacketsPerFrame = 1 };
        bench.Track.StartSource(1, [], bench.Now);
        bench.Publish(untilMs: 500, keyFrameInterval: int.MaxValue, audio);
        var (subscription, sent) = bench.Join();
        bench.Publish(untilMs: 1000, keyFrameInterval: int.MaxValue, audio);

        Assert.Equal(SubscriptionState.Live, subscription.State);
        Assert.Equal(16, sent.Count);
        Assert.Equal(500, sent[0].AtMs);
        Expect.Continuous(sent);
        Assert.Empty(bench.Requests);
    }

    [Fact]
    public void Attach_Twice_Throws()
    {
        var (subscription, _) = _bench.Join();
        Assert.Throws<InvalidOperationException>(() =>
            _bench.Track.Attach(subscription, _bench.Now)
        );
        _bench.Track.Detach(subscription);
        Assert.Throws<InvalidOperationException>(() => _bench.Track.Detach(subscription));
    }

    private void Start() => _bench.Track.StartSource(1, [], _bench.Now);

    /// <summary>The same encoder, gone on without key frames: its first frame here would be one.</summary>
    private SyntheticLayer NoKeyFrames()
    {
        _layer.SkipKeyFrames = true;
        return _layer;
    }

    private readonly struct ReplaySink(List<TrackPacket> packets, PacketPool pool) : IReplaySink
    {
        public bool Offer(in TrackPacket packet)
        {
            pool.AddReference(packet.Handle);
            packets.Add(packet);
            return true;
        }
    }
}
