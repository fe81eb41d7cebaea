using Edge.Mesh.Demand;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Xunit;

namespace Edge.Mesh.Tests.Demand;

/// <summary>What watchers want, and what the owner of a track makes of it.</summary>
public sealed class DemandTests
{
    private readonly DemandLab _lab = new();

    public DemandTests() => _lab.Origin.Add(DemandLab.Camera, DemandLab.App);

    [Fact]
    public void Want_LayersOfTwoNodes_AreCarriedByWhereTheyAre()
    {
        Watch(_lab.NearWatch, 0b001);
        Watch(_lab.FarWatch, 0b110);

        _lab.Run(0.1);

        Assert.Equal(new CarriedLayers(Near: 0b001, Far: 0b110), _lab.Carried);
        Assert.Equal(
            [(DemandLab.Near, 0b001u), (DemandLab.Far, 0b110u)],
            Replays().Select(replay => (replay.Watcher, replay.Layers))
        );
    }

    /// <summary>The way is narrow: a layer begins with a key frame made for it, not with all that is cached, and one that is
    /// not wanted is given up at once.</summary>
    [Fact]
    public void Want_WayIsNarrow_FreshKeyFramesAndNoLinger()
    {
        Watch(_lab.FarWatch, 0b100);
        _lab.Run(0.1);
        _lab.Origins.Clear();

        _lab.FarWatch.Want(DemandLab.Camera, 0b001, _lab.Now, isNarrow: true);
        _lab.Run(0.1);

        Assert.Equal(new CarriedLayers(Near: 0, Far: 0b001), _lab.Carried);
        Assert.All(Replays(), replay => Assert.Equal(0u, replay.Layers));
        Assert.Equal(
            [(OriginEventKind.KeyFrameWanted, 0b001u)],
            _lab.Origins.Where(happened => happened.Kind == OriginEventKind.KeyFrameWanted)
                .Select(happened => (happened.Kind, happened.Layers))
        );
    }

    /// <summary>Another node of the PoP goes on with the track: it is told at once, and the former one, under whose name the
    /// other may listen, is not told that nothing is wanted any more.</summary>
    [Fact]
    public void HandOver_ToAnotherOwner_IsSaidToThatOneAlone()
    {
        Watch(_lab.NearWatch, 0b11);
        _lab.Run(0.1);
        _lab.Watches.Clear();
        var said = _lab.Said;

        _lab.Owner = new NodeAddress(1, 3);
        _lab.NearWatch.HandOver(DemandLab.Camera, _lab.Owner, _lab.Now);
        _lab.Run(0.1);
        Assert.Equal(said + 1, _lab.Said);
        _lab.Run(8);

        Assert.Empty(_lab.Watches);
        Assert.Equal(0b11u, _lab.Carried.Near);
        Assert.DoesNotContain(_lab.Origins, happened => happened.Kind == OriginEventKind.Left);
        // And it is given up at the new owner.
        _lab.NearWatch.Remove(DemandLab.Camera, _lab.Now);
        _lab.Run(0.1);
        Assert.Equal(0u, _lab.Carried.All);
    }

    /// <summary>What nobody was told of yet is said once the owner has it.</summary>
    [Fact]
    public void HandOver_OfWhatIsPrepared_SaysIt()
    {
        Assert.True(_lab.NearWatch.TryPrepare(DemandLab.Camera, DemandLab.Key, _lab.Now));
        _lab.NearWatch.Want(DemandLab.Camera, 0b1, _lab.Now);
        _lab.Run(0.1);
        Assert.Equal(0u, _lab.Carried.All);
        Assert.Equal(WatchEventKind.Subscribe, Assert.Single(_lab.Watches).Kind);

        _lab.NearWatch.HandOver(DemandLab.Camera, DemandLab.Key.Owner, _lab.Now);
        _lab.Run(0.1);

        Assert.Equal(0b1u, _lab.Carried.Near);
    }

    [Fact]
    public void HandOver_OfWhatIsNotWatched_IsNothing()
    {
        _lab.NearWatch.HandOver(DemandLab.Camera, DemandLab.Key.Owner, _lab.Now);
        _lab.Run(0.1);

        Assert.Equal(0, _lab.Said);
    }

    /// <summary>The most of what any node can use, and nothing of nodes without viewers.</summary>
    [Fact]
    public void Claim_OfTwoNodes_IsTheHigher()
    {
        Watch(_lab.NearWatch, 0b1);
        Watch(_lab.FarWatch, 0b1);
        _lab.NearWatch.SetCeiling(DemandLab.Camera, Bitrate.FromKilobits(300), _lab.Now);
        _lab.FarWatch.SetCeiling(DemandLab.Camera, Bitrate.FromKilobits(600), _lab.Now);
        _lab.Run(0.1);
        Assert.Equal(Bitrate.FromKilobits(600), _lab.Origin.Ceiling(DemandLab.Camera));

        _lab.Origins.Clear();
        _lab.FarWatch.SetCeiling(DemandLab.Camera, Bitrate.Zero, _lab.Now);
        _lab.Run(0.1);
        Assert.Equal(Bitrate.FromKilobits(300), _lab.Origin.Ceiling(DemandLab.Camera));
        Assert.Contains(_lab.Origins, happened => happened.Kind == OriginEventKind.CarriedChanged);

        _lab.NearWatch.Remove(DemandLab.Camera, _lab.Now);
        _lab.Run(0.1);
        Assert.Equal(Bitrate.Zero, _lab.Origin.Ceiling(DemandLab.Camera));
    }

    /// <summary>However many look at a track, what is said and subscribed is one thing.</summary>
    [Fact]
    public void Want_TheSameAgain_SaysAndSubscribesNothingMore()
    {
        for (var viewer = 0; viewer < 100; viewer++)
        {
            Watch(_lab.FarWatch, 0b1);
        }

        _lab.Run(1);

        Assert.Equal(1, _lab.Said);
        Assert.Equal(WatchEventKind.Subscribe, Assert.Single(_lab.Watches).Kind);
    }

    [Fact]
    public void Want_OtherLayer_TakesBothUntilTheLingerIsOver()
    {
        Watch(_lab.FarWatch, 0b01);
        _lab.Run(1);

        _lab.FarWatch.Want(DemandLab.Camera, 0b10, _lab.Now);
        _lab.Run(0.1);
        Assert.Equal(0b11u, _lab.Carried.Far);

        _lab.Run(MeshTimes.Linger.TotalSeconds + 0.1);
        Assert.Equal(0b10u, _lab.Carried.Far);
        Assert.Equal(
            [
                (WatchEventKind.Subscribe, 0),
                (WatchEventKind.Subscribe, 1),
                (WatchEventKind.Unsubscribe, 0),
            ],
            _lab.Watches.Select(happened => (happened.Kind, happened.Layer))
        );
    }

    [Fact]
    public void Remove_Track_IsCarriedNoMore()
    {
        Watch(_lab.FarWatch, 0b1);
        _lab.Run(0.1);

        _lab.FarWatch.Remove(DemandLab.Camera, _lab.Now);
        _lab.Run(0.1);

        Assert.Equal(default, _lab.Carried);
        Assert.False(_lab.Origin.IsWatched(DemandLab.Camera));
    }

    /// <summary>A watcher that is not heard of any more is not served any more, and served again when it is.</summary>
    [Fact]
    public void HandleTimeout_WatcherCutOffAndBack_StopsAndGoesOn()
    {
        Watch(_lab.FarWatch, 0b1);
        _lab.Run(1);

        _lab.IsCut = true;
        _lab.Run(MeshTimes.DemandAge.TotalSeconds - 3);
        Assert.Equal(0b1u, _lab.Carried.Far);
        _lab.Run(5);
        Assert.Equal(default, _lab.Carried);

        _lab.IsCut = false;
        _lab.FarWatch.HandleReconnected(_lab.Now);
        _lab.Run(0.1);
        Assert.Equal(0b1u, _lab.Carried.Far);
        Assert.Equal(2, Replays().Count);
    }

    /// <summary>A message that is lost is said again by itself.</summary>
    [Fact]
    public void Want_MessageLost_IsSaidAgain()
    {
        _lab.IsCut = true;
        Watch(_lab.FarWatch, 0b1);
        _lab.Run(1);

        _lab.IsCut = false;
        _lab.Run(MeshTimes.DemandInterval.TotalSeconds);

        Assert.Equal(0b1u, _lab.Carried.Far);
    }

    /// <summary>The word that a track is not wanted any more is lost: what is said of all others makes up for
    /// it.</summary>
    [Fact]
    public void Remove_GoodbyeLost_IsMadeUpForByTheNextWhole()
    {
        _lab.Origin.Add(DemandLab.Voice, DemandLab.App);
        Watch(_lab.FarWatch, 0b1);
        _lab.FarWatch.TryAdd(DemandLab.Voice, DemandLab.Key, _lab.Now);
        _lab.Run(1);

        _lab.IsCut = true;
        _lab.FarWatch.Remove(DemandLab.Camera, _lab.Now);
        _lab.Run(0.1);
        _lab.IsCut = false;
        _lab.Run(MeshTimes.DemandInterval.TotalSeconds);

        Assert.False(_lab.Origin.IsWatched(DemandLab.Camera));
        Assert.True(_lab.Origin.IsWatched(DemandLab.Voice));
    }

    [Fact]
    public void HandleDemand_WatcherStartedAnew_IsSentTheCacheAgain()
    {
        Watch(_lab.FarWatch, 0b1);
        _lab.Run(0.1);

        _lab.RestartFar();
        Watch(_lab.FarWatch, 0b1);
        _lab.Run(0.1);

        Assert.Equal(2, Replays().Count);
        Assert.Equal(0b1u, _lab.Carried.Far);
    }

    /// <summary>Of a layer that is not taken, as over a way that has no room for it, nothing would come here; others would
    /// pay for its key frames.</summary>
    [Fact]
    public void WantKeyFrame_LayerNotTaken_IsNotSaid()
    {
        Watch(_lab.FarWatch, 0b001);
        _lab.Run(0.1);
        _lab.Origins.Clear();
        _lab.FarWatch.WantKeyFrame(DemandLab.Camera, 2, _lab.Now);
        _lab.Run(0.1);
        Assert.DoesNotContain(
            _lab.Origins,
            happened => happened.Kind == OriginEventKind.KeyFrameWanted
        );
    }

    /// <summary>What a newer version says beyond the layers that there can be.</summary>
    [Fact]
    public void HandleDemand_UnknownLayers_AreNotTaken()
    {
        Watch(_lab.FarWatch, 0xFFF);
        _lab.Run(0.1);
        Assert.Equal(0xFu, _lab.Carried.Far);
    }

    [Fact]
    public void WantKeyFrame_OfManyViewers_IsOneWish()
    {
        Watch(_lab.FarWatch, 0b1);
        _lab.Run(0.1);
        for (var viewer = 0; viewer < 100; viewer++)
        {
            _lab.FarWatch.WantKeyFrame(DemandLab.Camera, 0, _lab.Now);
        }

        _lab.Run(0.1);

        var wish = Assert.Single(
            _lab.Origins,
            happened => happened.Kind == OriginEventKind.KeyFrameWanted
        );
        Assert.Equal(0b1u, wish.Layers);
    }

    [Fact]
    public void HandleDemand_TrackThatIsNotHere_IsSaidToTheWatcher()
    {
        _lab.FarWatch.TryAdd(DemandLab.Voice, DemandLab.Key, _lab.Now);
        _lab.Run(0.1);

        var unknown = Assert.Single(_lab.Origins);
        Assert.Equal(OriginEventKind.Unknown, unknown.Kind);
        Assert.Equal((DemandLab.Voice, DemandLab.Far), (unknown.Track, unknown.Watcher));
    }

    /// <summary>A node that watches no layer (none lives) is told how the layers are by a message of its own.</summary>
    [Fact]
    public void CollectIdle_WatcherWithoutLayers_IsAmongThem()
    {
        _lab.FarWatch.TryAdd(DemandLab.Camera, DemandLab.Key, _lab.Now);
        Watch(_lab.NearWatch, 0b1);
        _lab.Run(0.1);

        var idle = new List<NodeAddress>();
        _lab.Origin.CollectIdle(DemandLab.Camera, idle);

        Assert.Equal([DemandLab.Far], idle);
        Assert.Equal(default, _lab.Carried.Far);
    }

    /// <summary>Another node took the track over: within a PoP the subjects stay, so nothing is subscribed
    /// anew, and the new owner is told.</summary>
    [Fact]
    public void TryAdd_UnderAnotherOwnerOfThePop_KeepsItsSubscriptions()
    {
        Watch(_lab.FarWatch, 0b1);
        _lab.Run(0.1);
        var successor = new NodeAddress(DemandLab.Key.Owner.Pop, 9);

        _lab.FarWatch.TryAdd(DemandLab.Camera, new(successor, DemandLab.App), _lab.Now);

        Assert.False(_lab.FarWatch.PollEvent(out _));
        var keys = new List<NodeAddress>();
        var buffer = new byte[MeshLimits.DemandBytesMax];
        while (
            _lab.FarWatch.PollTransmit(buffer, _lab.Now + MeshTimes.DemandDelay, out var key) > 0
        )
        {
            keys.Add(key.Owner);
        }

        Assert.Equal(
            [DemandLab.Key.Owner, successor],
            keys.Order(Comparer<NodeAddress>.Create(ByNode))
        );

        static int ByNode(NodeAddress left, NodeAddress right) => left.Node.CompareTo(right.Node);
    }

    /// <summary>The connection came back when nothing was wanted of the owner: what is wanted of it later is said
    /// again and again all the same.</summary>
    [Fact]
    public void Want_AfterAReconnectWithNothingWanted_LastsLongerThanOneLease()
    {
        Watch(_lab.FarWatch, 0b1);
        _lab.Run(0.1);
        _lab.FarWatch.Remove(DemandLab.Camera, _lab.Now);
        _lab.Run(0.1);
        _lab.FarWatch.HandleReconnected(_lab.Now);

        Watch(_lab.FarWatch, 0b1);
        _lab.Run(MeshTimes.DemandAge.TotalSeconds + 2);

        Assert.Equal(0b1u, _lab.Carried.Far);
    }

    /// <summary>More than a message takes goes in several, and none is lost.</summary>
    [Fact]
    public void Want_MoreTracksThanAMessageTakes_AreAllCarried()
    {
        var tracks = Enumerable
            .Range(0, (2 * MeshLimits.DemandEntriesMax) + 1)
            .Select(number => TrackToken.Create("session", $"{number}"))
            .ToArray();
        foreach (var track in tracks)
        {
            _lab.Origin.Add(track, DemandLab.App);
            _lab.FarWatch.TryAdd(track, DemandLab.Key, _lab.Now);
            _lab.FarWatch.Want(track, 0b1, _lab.Now);
        }

        _lab.Run(1);
        Assert.All(tracks, track => Assert.Equal(0b1u, _lab.Origin.Carried(track).Far));

        _lab.Run(10);
        Assert.All(tracks, track => Assert.Equal(0b1u, _lab.Origin.Carried(track).Far));
    }

    private void Watch(WatchBook book, uint layers)
    {
        Assert.True(book.TryAdd(DemandLab.Camera, DemandLab.Key, _lab.Now));
        book.Want(DemandLab.Camera, layers, _lab.Now);
    }

    private List<OriginEvent> Replays() =>
        _lab.Origins.FindAll(happened => happened.Kind == OriginEventKind.Replay);
}
