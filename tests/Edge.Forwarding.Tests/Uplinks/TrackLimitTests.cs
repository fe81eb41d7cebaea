using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Forwarding.Uplinks;
using Edge.Primitives;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Uplinks;

/// <summary>How much of a publisher's tracks anybody can use.</summary>
public sealed class TrackLimitTests
{
    private const uint Low = 0b001;
    private const uint Middle = 0b010;
    private const uint Best = 0b100;

    private readonly TrackBench _bench = new(CodecKind.Vp8);
    private readonly TrackLimit _limit = new();
    private readonly UplinkLimit _uplink = new();

    [Fact]
    public void Update_OneLayer_IsTheCeilingOfTheViewerWithTheMostRoom()
    {
        Start();
        Update(new TrackAudience(true, Low, Bitrate.FromKilobits(600)));
        Assert.Equal(Bitrate.FromKilobits(600), _limit.Value);

        Update(new TrackAudience(true, Low, Bitrate.FromKilobits(900)));
        Assert.Equal(Bitrate.FromKilobits(900), _limit.Value);
        Update(new TrackAudience(true, Low, Bitrate.Unlimited));
        Assert.Equal(Bitrate.Unlimited, _limit.Value);
    }

    [Fact]
    public void Update_OneLayerAlmostUseless_StaysAtTheLeast()
    {
        Start();
        Update(new TrackAudience(true, Low, Bitrate.FromKilobits(20)));

        Assert.Equal(TrackLimit.Least, _limit.Value);
    }

    [Fact]
    public void Update_NobodyWatches_IsNoLimit()
    {
        Start();
        Update(new TrackAudience(true, Low, Bitrate.FromKilobits(600)));
        Update(new TrackAudience(false, 0, Bitrate.Zero));

        Assert.Equal(Bitrate.Unlimited, _limit.Value);
    }

    /// <summary>As when the way to the only node that watches is full for a moment.</summary>
    [Fact]
    public void Update_WatchedAndNoLayerTaken_Stays()
    {
        var layers = StartLayers();
        var wanted = new TrackAudience(true, Low | Middle, Bitrate.Unlimited);
        RunLayers(10_000, wanted, layers);
        var before = _limit.Value;
        Assert.NotEqual(Bitrate.Unlimited, before);

        Update(wanted with { Layers = 0 });
        Assert.Equal(before, _limit.Value);
    }

    /// <summary>Two pictures of each layer go by in a second for each packet.</summary>
    [Fact]
    public void Update_HigherLayersNotWanted_AreLeftOutAfterAWhile()
    {
        var layers = StartLayers();
        var wanted = new TrackAudience(true, Low | Middle, Bitrate.Unlimited);
        RunLayers(2000, wanted, layers);
        Assert.Equal(Bitrate.Unlimited, _limit.Value);

        RunLayers(8000, wanted, layers);

        var lower = _bench.Track.Layers.Rate(0) + _bench.Track.Layers.Rate(1);
        Assert.InRange(_limit.Value.BitsPerSecond / (double)lower.BitsPerSecond, 1.05, 1.15);

        Update(wanted with { Layers = Best | Low });
        Assert.Equal(Bitrate.Unlimited, _limit.Value);
    }

    /// <summary>What a layer takes is known once it comes, and too small a limit would keep it from coming.</summary>
    [Fact]
    public void Update_WantedLayerThatSleeps_IsNoLimit()
    {
        var layers = StartLayers();
        RunLayers(8000, new TrackAudience(true, Low, Bitrate.Unlimited), layers);
        Assert.NotEqual(Bitrate.Unlimited, _limit.Value);
        _bench.Track.SetLayerAllocation(1, pixels: 0, isActive: false, _bench.Now);

        Update(new TrackAudience(true, Low | Middle, Bitrate.Unlimited));

        Assert.Equal(Bitrate.Unlimited, _limit.Value);
    }

    /// <summary>A still picture takes little: when it moves again it must not be held to that.</summary>
    [Fact]
    public void Update_LayersTakeLessUnderTheLimit_ItStays()
    {
        var layers = StartLayers();
        RunLayers(8000, new TrackAudience(true, Low, Bitrate.Unlimited), layers);
        var before = _limit.Value;
        layers[0].PacketsPerFrame = 1;
        RunLayers(20_000, new TrackAudience(true, Low, Bitrate.Unlimited), layers);

        Assert.Equal(before, _limit.Value);
    }

    /// <summary>What was learned of a still picture must not hold the moving one.</summary>
    [Fact]
    public void Update_LearnedOfAStillPicture_PixelsHaveWhatTheyUsuallyNeed()
    {
        const int pixels = 640 * 480;
        var layers = StartLayers();
        layers[0].PacketsPerFrame = 1;
        _bench.Track.SetLayerAllocation(0, pixels, isActive: true, _bench.Now);
        RunLayers(8000, new TrackAudience(true, Low, Bitrate.Unlimited), layers);

        Assert.InRange(_bench.Track.Layers.Rate(0).BitsPerSecond, 1, pixels);
        Assert.InRange(_limit.Value.BitsPerSecond, 2.1 * pixels, 2.3 * pixels);
    }

    [Fact]
    public void End_PicturesAndSound_IsTheirSum()
    {
        Start();
        var sound = Sound();
        Look(sound, new TrackAudience(true, Low, Bitrate.FromKilobits(600)));

        Assert.Equal(Bitrate.FromKilobits(600) + UplinkLimit.Sound, _uplink.End());
    }

    [Fact]
    public void End_AnyPictureUnlimited_IsUnlimited()
    {
        Start();
        Look(Sound(), new TrackAudience(true, Low, Bitrate.FromKilobits(600)));
        _uplink.Add(
            _bench.Track,
            new TrackLimit(),
            new TrackAudience(true, Low, Bitrate.Unlimited),
            _bench.Now,
            _bench.Now
        );

        Assert.Equal(Bitrate.Unlimited, _uplink.End());
    }

    [Fact]
    public void End_SoundAlone_IsUnlimited()
    {
        _uplink.Begin(_bench.Now);
        Add(Sound(), new TrackAudience(true, Low, Bitrate.Unlimited));

        Assert.Equal(Bitrate.Unlimited, _uplink.End());
    }

    [Fact]
    public void IsDue_AfterALook_TakesAWhileAndAllocatesNothing()
    {
        Assert.True(_uplink.IsDue(_bench.Now));
        _uplink.Begin(_bench.Now);

        Assert.False(_uplink.IsDue(_bench.Now));
        Assert.True(_uplink.IsDue(_bench.Now + TimeSpan.FromMilliseconds(100)));
        Testing.AllocationAssert.None(_uplink, static uplink => uplink.IsDue(Instant.Zero));
    }

    /// <summary>Nothing is left out while nothing above it is sent; and what a layer takes then may be all that its
    /// publisher's network carries.</summary>
    [Fact]
    public void Update_NothingAboveIsSent_IsNoLimit()
    {
        var layers = StartLayers();
        RunLayers(12_000, new TrackAudience(true, Low, Bitrate.Unlimited), layers[..1]);

        Assert.Equal(Bitrate.Unlimited, _limit.Value);
    }

    private void Start() => _bench.Track.StartSource(1, [], _bench.Now);

    private SyntheticLayer[] StartLayers()
    {
        _bench.Track.StartSource(
            1,
            [Rid.Create("q"), Rid.Create("h"), Rid.Create("f")],
            _bench.Now
        );
        return
        [
            new(CodecKind.Vp8, 1, 0, 10, 7) { PacketsPerFrame = 2 },
            new(CodecKind.Vp8, 1, 1, 10, 8) { PacketsPerFrame = 4 },
            new(CodecKind.Vp8, 1, 2, 10, 9) { PacketsPerFrame = 8 },
        ];
    }

    private void RunLayers(double untilMs, in TrackAudience audience, SyntheticLayer[] layers)
    {
        while (_bench.NowMs < untilMs)
        {
            _bench.Publish(_bench.NowMs + 100, keyFrameInterval: 1000, layers);
            Update(audience);
        }
    }

    private void Update(in TrackAudience audience) =>
        _limit.Update(_bench.Track, audience, _bench.Now);

    private Track Sound()
    {
        var sound = new TrackBench(CodecKind.Opus).Track;
        sound.StartSource(1, [], _bench.Now);
        return sound;
    }

    private void Look(Track sound, in TrackAudience audience)
    {
        _uplink.Begin(_bench.Now);
        Add(sound, audience);
        Add(_bench.Track, audience);
    }

    private void Add(Track track, in TrackAudience audience) =>
        _uplink.Add(track, _limit, audience, _bench.Now, _bench.Now);
}
