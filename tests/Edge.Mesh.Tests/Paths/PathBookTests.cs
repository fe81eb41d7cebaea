using Edge.Mesh.Paths;
using Edge.Mesh.Peers;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Mesh.Tests.Paths;

/// <summary>Which layers are asked for over paths that carry less than is wanted.</summary>
public sealed class PathBookTests
{
    private static readonly NodeAddress Owner = new(7, 1);

    private readonly PeerPops _peers = new();
    private readonly PathBook _book;
    private readonly List<FakeTrack> _changed = [];
    private Instant _now = Instant.Zero;
    private PathMeter? _meter;

    public PathBookTests() => _book = new PathBook(_peers);

    [Fact]
    public void HandleTimeout_PathTooSlow_EachTrackHasItsWorstLayerBeforeAnyHasMore()
    {
        var tracks = Watch(4);
        // 85 % of it: the worst layers of all and one step of one of them.
        Narrow(1_300_000);

        Assert.Equal([0b011u, 0b001u, 0b001u, 0b001u], tracks.Select(Allowed));
        Assert.True(tracks.TrueForAll(_book.IsNarrow));
        Assert.Equal(1, _book.ShortPaths);
    }

    [Fact]
    public void HandleTimeout_NotEvenTheWorstLayersFit_SoundIsKept()
    {
        var pictures = Watch(1)[0];
        var sound = Add(new FakeTrack(isSound: true, (0, 40_000)) { WantedLayers = 1 });
        Narrow(100_000);

        Assert.Equal(0u, Allowed(pictures));
        Assert.Equal(uint.MaxValue, Allowed(sound));
    }

    /// <summary>Rids say nothing of quality: the smaller pictures are the worse layer, wherever it stands.</summary>
    [Fact]
    public void HandleTimeout_BestLayerFirst_TheWorstIsKept()
    {
        var track = Add(
            new FakeTrack(isSound: false, (900_000, 2_500_000), (60_000, 200_000))
            {
                WantedLayers = 0b01,
            }
        );
        Narrow(1_000_000);
        Assert.Equal(0b10u, Allowed(track));
    }

    [Fact]
    public void HandleTimeout_WantsLess_IsNotShortAnyMore()
    {
        var track = Watch(1)[0];
        Narrow(400_000);
        Assert.Equal(0b001u, Allowed(track));
        track.WantedLayers = 0b001;
        _book.Reconsider(track);
        Run(0.2, 200_000, lateMs: 0);
        Assert.Equal(uint.MaxValue, Allowed(track));
        Assert.Equal(0, _book.ShortPaths);
    }

    /// <summary>Another node's tracks come over another path.</summary>
    [Fact]
    public void HandleTimeout_OnePathTooSlow_OthersAreNotBounded()
    {
        var track = Watch(1)[0];
        var other = new FakeTrack(isSound: false, (60_000, 200_000)) { WantedLayers = 1 };
        _book.Add(other, new NodeAddress(8, 1), _now);
        Narrow(400_000);
        Assert.True(_book.IsNarrow(track));
        Assert.False(_book.IsNarrow(other));
        Assert.Equal(uint.MaxValue, Allowed(other));
    }

    /// <summary>There is nothing below it to fall back to.</summary>
    [Fact]
    public void HandleTimeout_OneLayerTooMuch_ItsPublisherIsToldAndItIsAskedForWhenItObeys()
    {
        var track = Add(new FakeTrack(isSound: false, (900_000, 2_000_000)) { WantedLayers = 1 });
        Narrow(1_000_000);
        Assert.Equal(0u, Allowed(track));
        Assert.InRange(_book.Ceiling(track).BitsPerSecond, 800_000, 860_000);

        track.Layers[0].Rate = 830_000;
        Run(0.1, 0, lateMs: 0);
        Assert.Equal(uint.MaxValue, Allowed(track));
        Assert.Equal(1, _book.ShortPaths);
        Assert.Equal(track, _changed[^1]);
    }

    [Fact]
    public void HandleTimeout_OneLayerHeldAndThePathWiderAgain_TheCeilingRisesAndEnds()
    {
        var track = Add(new FakeTrack(isSound: false, (900_000, 2_000_000)) { WantedLayers = 1 });
        Narrow(1_000_000);
        var before = _book.Ceiling(track);
        for (var second = 0; second < 60; second++)
        {
            var rate = Math.Min(2_000_000, _book.Ceiling(track).BitsPerSecond);
            track.Layers[0].Rate = rate;
            Run(1, rate, lateMs: 0);
        }

        Assert.True(before < new Bitrate(1_000_000));
        Assert.Equal(Bitrate.Unlimited, _book.Ceiling(track));
        Assert.Equal(uint.MaxValue, Allowed(track));
    }

    /// <summary>Each has its worst layer, or an equal part, before any has a better one.</summary>
    [Fact]
    public void HandleTimeout_OneLayerBesideOthers_HasAnEqualPart()
    {
        var others = Watch(2);
        var track = Add(new FakeTrack(isSound: false, (900_000, 2_000_000)) { WantedLayers = 1 });
        Narrow(1_600_000);
        Assert.Equal([0b011u, 0b011u], others.Select(Allowed));
        // What is left of 85 % beside the two of 200 kbit/s, in three parts.
        Assert.InRange(_book.Ceiling(track).BitsPerSecond, 300_000, 325_000);
    }

    /// <summary>Wherever in the list those are that need little.</summary>
    [Fact]
    public void HandleTimeout_SomeNeedLittle_TheOthersHaveTheRest()
    {
        var large = Add(new FakeTrack(isSound: false, (900_000, 2_000_000)) { WantedLayers = 1 });
        var small = Add(new FakeTrack(isSound: false, (900_000, 100_000)) { WantedLayers = 1 });
        Narrow(1_300_000);
        Assert.Equal(uint.MaxValue, Allowed(small));
        Assert.InRange(_book.Ceiling(large).BitsPerSecond, 980_000, 1_100_000);
    }

    /// <summary>A key frame makes a second large, also the one with which it begins again.</summary>
    [Fact]
    public void HandleTimeout_OneLayerAboveItsPart_IsBorneForAWhile()
    {
        var track = Add(new FakeTrack(isSound: false, (900_000, 2_000_000)) { WantedLayers = 1 });
        Narrow(1_000_000);
        track.Layers[0].Rate = 830_000;
        Run(1, 830_000, lateMs: 0);
        track.Layers[0].Rate = 1_400_000;
        Run(1.5, 830_000, lateMs: 0);
        Assert.Equal(uint.MaxValue, Allowed(track));
        Run(1, 830_000, lateMs: 0);
        Assert.Equal(0u, Allowed(track));
    }

    /// <summary>Those with layers keep what they have while a publisher is waited for, though rates vary.</summary>
    [Fact]
    public void HandleTimeout_OneLayerWaitedFor_OthersDoNotChangeTheirLayers()
    {
        var other = Watch(1)[0];
        Add(new FakeTrack(isSound: false, (900_000, 2_000_000)) { WantedLayers = 1 });
        Narrow(1_300_000);
        var before = Allowed(other);
        _changed.Clear();
        for (var round = 0; round < 20; round++)
        {
            other.Layers[0].Rate = round % 2 == 0 ? 400_000 : 100_000;
            Run(0.2, 500_000, lateMs: 0);
        }

        Assert.Equal(before, Allowed(other));
        Assert.DoesNotContain(other, _changed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HandleTimeout_OneLayerNotWantedOrNotSent_ThePathIsNotShort(bool isSent)
    {
        var track = Add(new FakeTrack(isSound: false, (900_000, 2_000_000)) { WantedLayers = 1 });
        Narrow(1_000_000);
        Assert.Equal(1, _book.ShortPaths);
        track.IsSent = isSent;
        track.WantedLayers = isSent ? 0u : 1u;
        _book.Reconsider(track);
        Run(0.3, 1000, lateMs: 0);
        Run(1 + PathBudget.FreeAfter.TotalSeconds, 1000, lateMs: 0);

        Assert.Equal(0, _book.ShortPaths);
        Assert.False(_book.IsNarrow(track));
        Assert.Equal(Bitrate.Unlimited, _book.Ceiling(track));
    }

    /// <summary>Another publisher under the same name has layers to choose from.</summary>
    [Fact]
    public void HandleTimeout_OneLayerBecomesThree_HasNoCeiling()
    {
        var track = Add(new FakeTrack(isSound: false, (900_000, 2_000_000)) { WantedLayers = 1 });
        Narrow(1_000_000);
        Assert.NotEqual(Bitrate.Unlimited, _book.Ceiling(track));
        track.Layers = [(60_000, 200_000), (240_000, 500_000), (900_000, 1_500_000)];
        track.WantedLayers = 0b100;
        Run(0.3, 1000, lateMs: 0);

        Assert.Equal(Bitrate.Unlimited, _book.Ceiling(track));
        Assert.Equal(0b011u, Allowed(track));
    }

    /// <summary>A publisher that needs less than it may is not what the path is too slow for.</summary>
    [Fact]
    public void HandleTimeout_OneLayerNeedsLessThanItMay_IsFreedInTime()
    {
        var track = Add(new FakeTrack(isSound: false, (900_000, 2_000_000)) { WantedLayers = 1 });
        Narrow(1_000_000);
        track.Layers[0].Rate = 100_000;
        Run(1 + PathBudget.FreeAfter.TotalSeconds, 100_000, lateMs: 0);
        Assert.Equal(Bitrate.Unlimited, _book.Ceiling(track));
        Assert.False(_book.IsNarrow(track));
    }

    [Fact]
    public void Remove_Last_NothingIsDue()
    {
        var track = Watch(1)[0];
        Narrow(400_000);
        _book.Remove(track);
        Run(0.1, 0, lateMs: 0);
        Assert.False(_book.PollTimeout().IsSet);
        Assert.False(_book.IsNarrow(track));
        Assert.Equal(uint.MaxValue, Allowed(track));
    }

    [Fact]
    public void PollEvent_NamesThoseWhoseLayersChanged_Once()
    {
        var tracks = Watch(2);
        Narrow(800_000);
        Assert.Equal(tracks, _changed.Distinct());
        _changed.Clear();
        Run(5, 400_000, lateMs: 0);
        Assert.Empty(_changed);
    }

    /// <summary>What operators see of a way: how many nodes and tracks, and whether it carries what is wanted.</summary>
    [Fact]
    public void HandleTimeout_PathTooSlow_IsCountedOfItsPop()
    {
        var tracks = Watch(2);
        var peer = _peers.Of(Owner.Pop);
        Assert.Equal(2, peer.TracksIn);
        Assert.Equal(1, peer.Paths(PathState.Free));

        Narrow(800_000);
        Assert.Equal(0, peer.Paths(PathState.Free));
        Assert.Equal(1, peer.Paths(PathState.Bounded));

        tracks.ForEach(_book.Remove);
        Assert.Equal(0, peer.TracksIn);
        Assert.All(Enum.GetValues<PathState>(), state => Assert.Equal(0, peer.Paths(state)));
    }

    [Fact]
    public void Note_AllocatesNothing() =>
        AllocationAssert.None(
            _book.Add(new FakeTrack(isSound: true), Owner, _now),
            meter => meter.Note(1000, TimeSpan.FromMilliseconds(80))
        );

    private uint Allowed(FakeTrack track) => _book.Allowed(track);

    /// <summary>Tracks of 200, 500 and 1500 kbit/s, of which the best layer is wanted.</summary>
    private List<FakeTrack> Watch(int count)
    {
        var tracks = new List<FakeTrack>();
        for (var index = 0; index < count; index++)
        {
            tracks.Add(
                Add(
                    new FakeTrack(
                        isSound: false,
                        (60_000, 200_000),
                        (240_000, 500_000),
                        (900_000, 1_500_000)
                    )
                    {
                        WantedLayers = 0b100,
                    }
                )
            );
        }

        return tracks;
    }

    private FakeTrack Add(FakeTrack track)
    {
        _meter = _book.Add(track, Owner, _now);
        return track;
    }

    /// <summary>So much comes of what is watched, all of it late; then what waited is through.</summary>
    private void Narrow(long bitsPerSecond)
    {
        Run(3, 6_000_000, lateMs: 0);
        Run(0.5, bitsPerSecond, lateMs: 400);
        Run(0.3, 1000, lateMs: 0);
    }

    private void Run(double seconds, long bitsPerSecond, double lateMs)
    {
        var bytes = (int)new Bitrate(bitsPerSecond).BytesIn(PathBudget.Interval);
        for (var end = _now + TimeSpan.FromSeconds(seconds); _now < end; )
        {
            _now += PathBudget.Interval;
            _meter?.Note(bytes, TimeSpan.FromMilliseconds(80 + lateMs));
            _book.HandleTimeout(_now);
            while (_book.PollEvent(out var changed))
            {
                _changed.Add((FakeTrack)changed);
            }
        }
    }

    private sealed class FakeTrack(bool isSound, params (uint Pixels, long Rate)[] layers)
        : IPathTrack
    {
        public (uint Pixels, long Rate)[] Layers { get; set; } = layers;

        public bool IsSent { get; set; } = true;

        public bool IsSound => isSound;

        public uint WantedLayers { get; set; }

        public int ReadLayers(Span<PathLayer> destination)
        {
            for (var index = 0; index < Layers.Length; index++)
            {
                var (pixels, rate) = Layers[index];
                destination[index] = new PathLayer(pixels, new Bitrate(rate)) { IsSent = IsSent };
            }

            return Layers.Length;
        }
    }
}
