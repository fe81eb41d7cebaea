using Edge.Mesh.Exports;
using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Mesh.Tests.Exports;

/// <summary>What leaves for other nodes of a track, on which way, in which frames.</summary>
public sealed class ExportDeskTests
{
    private const uint Low = 1;
    private readonly ExportLab _lab = new();

    [Fact]
    public void Want_ALayer_CarriesItAndShowsWhatTheTrackIsAndWhatIsCached()
    {
        _lab.Want(ExportLab.Far, Low);

        Assert.Equal(Low, _lab.Carried);
        Assert.Equal((Low, ExportLab.Far), Assert.Single(_lab.Replays));
        var frame = Assert.Single(_lab.Sent);
        Assert.Equal(MeshSubjects.Cache("app", ExportLab.Far, _lab.Track.Token), frame.Subject);
        Assert.True(frame.IsDescribed);
        Assert.Equal([true, true, true], frame.Live);
        Assert.Equal(0UL, frame.Header.Number);
    }

    /// <summary>A picture leaves as one message, as soon as it is whole.</summary>
    [Fact]
    public void HandlePacket_PictureOfThree_IsOneFrameOnItsLast()
    {
        Watch(ExportLab.Far);

        _lab.Give(marker: false);
        _lab.Give(marker: false);
        _lab.Desk.Flush(default, _lab.Now);
        Assert.Empty(_lab.Sent);
        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);

        Assert.Equal([1L, 2L, 3L], Assert.Single(_lab.Sent).Numbers);
        Assert.Equal(0, _lab.HeldSlots);
    }

    /// <summary>One frame on the bus is one for each PoP that watches the layer, however many of its nodes do.</summary>
    [Fact]
    public void HandlePacket_WatchedInTwoPops_IsCountedOnceForEach()
    {
        var second = new NodeAddress(ExportLab.Far.Pop, 2);
        var other = new NodeAddress(3, 1);
        Watch(ExportLab.Far);
        _lab.Want(second, Low);
        _lab.Want(other, 0b10);
        var (far, rest) = (_lab.Peers.Of(ExportLab.Far.Pop), _lab.Peers.Of(other.Pop));
        Assert.Equal((1, 1), (far.TracksOut, rest.TracksOut));
        var before = (far.FramesOut, rest.FramesOut, rest.PacketsOut);

        _lab.Give(marker: false);
        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);

        Assert.Equal((before.Item1 + 1, 2L), (far.FramesOut, far.PacketsOut));
        Assert.Equal((before.Item2, before.Item3), (rest.FramesOut, rest.PacketsOut));
        Assert.True(far.BytesOut > 2 * ExportLab.PacketBytes);

        _lab.Want(ExportLab.Far, layers: null);
        Assert.Equal(1, far.TracksOut);
        _lab.Desk.Withdraw(_lab.Track, _lab.Wall);
        Assert.Equal((0, 0), (far.TracksOut, rest.TracksOut));
    }

    [Fact]
    public void FarPops_OfAWatchedTrack_AllocatesNothing()
    {
        Watch(ExportLab.Far);
        var layers = 0u;

        AllocationAssert.None(
            _lab,
            lab =>
            {
                foreach (var pop in lab.Desk.Origins.FarPops(lab.Track.Token))
                {
                    layers |= pop.Layers;
                }
            }
        );

        Assert.Equal(Low, layers);
    }

    /// <summary>A bus that is away takes nothing, and nothing is said to have gone.</summary>
    [Fact]
    public void HandlePacket_BusDoesNotTakeIt_IsNotCounted()
    {
        Watch(ExportLab.Far);
        var far = _lab.Peers.Of(ExportLab.Far.Pop);
        var before = far.FramesOut;
        _lab.IsDeaf = true;

        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);

        Assert.Equal(before, far.FramesOut);
    }

    /// <summary>A picture that takes several frames is said to be as many packets as it has, not as many for each.</summary>
    [Fact]
    public void HandlePacket_PictureOfTwoFrames_EachPacketIsSaidOnce()
    {
        Watch(ExportLab.Far);
        var before = _lab.PacketsSaid;
        var count = MeshLimits.FrameBytesMax / ExportLab.PacketBytes + 10;

        for (var packet = 1; packet <= count; packet++)
        {
            _lab.Give(marker: packet == count);
        }

        _lab.Desk.Flush(default, _lab.Now);

        Assert.Equal(2, _lab.Sent.Count);
        Assert.Equal(count, _lab.PacketsSaid - before);
        Assert.Equal(count, _lab.Peers.Of(ExportLab.Far.Pop).PacketsOut);
    }

    /// <summary>The last packet of a picture is lost: the others wait for some milliseconds only.</summary>
    [Fact]
    public void HandlePacket_LastOfThePictureMissing_LeavesAfterAWhile()
    {
        Watch(ExportLab.Far);

        _lab.Give(marker: false);
        _lab.Advance(ms: 5);

        Assert.Single(_lab.Sent);
        Assert.Equal(0, _lab.HeldSlots);
    }

    [Fact]
    public void HandlePacket_Sound_LeavesAtOnce()
    {
        var lab = new ExportLab(MediaKind.Audio);
        lab.Want(ExportLab.Far, Low);
        lab.Sent.Clear();

        lab.Give(marker: false);
        lab.Desk.Flush(default, lab.Now);

        Assert.Single(lab.Sent);
    }

    /// <summary>One copy to each way on which somebody watches, and one in all where there is one bus.</summary>
    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void HandlePacket_WatchedNearAndFar_OneCopyEachWay(bool isOneBus, int copies)
    {
        _lab.IsOneBus = isOneBus;
        Watch(ExportLab.Near);
        Watch(ExportLab.Far);

        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);

        Assert.Equal(copies, _lab.Sent.Count);
        Assert.Equal(copies, _lab.Sent.Select(frame => frame.Way).Distinct().Count());
        Assert.Single(_lab.Sent.Select(frame => frame.Header.Number).Distinct());
    }

    [Fact]
    public void HandlePacket_WaitedTooLong_IsDroppedAndItsNumberMissing()
    {
        Watch(ExportLab.Far);
        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);
        var late = _lab.Make();
        _lab.Now += TimeSpan.FromMilliseconds(501);
        _lab.Desk.HandlePacket(_lab.Track, late, default, _lab.Now);
        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);

        Assert.Equal([2UL, 4UL], _lab.Sent.Select(frame => frame.Header.Number));
        Assert.Equal(1, _lab.Desk.Stats.TooLate);
        Assert.Equal(0, _lab.HeldSlots);
    }

    /// <summary>What is cached goes to one node in as many frames as it needs, each of which can be read alone.</summary>
    [Fact]
    public void HandleCached_MoreThanAFrameTakes_AreSeveralFramesThatSayWhatTheTrackIs()
    {
        for (var count = 0; count < 100; count++)
        {
            _lab.Desk.HandleCached(_lab.Track, _lab.Make(), ExportLab.Far, _lab.Now);
        }

        _lab.Desk.Flush(default, _lab.Now);

        Assert.Equal(2, _lab.Sent.Count);
        Assert.All(_lab.Sent, frame => Assert.Equal(0UL, frame.Header.After));
        Assert.All(_lab.Sent, frame => Assert.True(frame.IsDescribed));
        Assert.All(_lab.Sent, frame => Assert.Equal(0UL, frame.Header.Number));
        Assert.Equal(
            Enumerable.Range(1, 100).Select(number => (long)number),
            _lab.Sent.SelectMany(frame => frame.Numbers)
        );
        Assert.Equal(0, _lab.HeldSlots);
    }

    /// <summary>Who begins to watch sees when the first frame behind the cache is missing.</summary>
    [Fact]
    public void HandleCached_AfterFrames_SaysWhichWentBefore()
    {
        Watch(ExportLab.Near);
        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);
        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);

        _lab.Desk.HandleCached(_lab.Track, _lab.Make(), ExportLab.Far, _lab.Now);
        _lab.Desk.Flush(default, _lab.Now);

        Assert.Equal(3UL, _lab.Sent[^1].Header.After);
    }

    /// <summary>While nobody watched, what was not sent has no number: the pause itself is to be seen.</summary>
    [Fact]
    public void Want_AgainAfterNobodyDid_ANumberIsMissing()
    {
        Watch(ExportLab.Far);
        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);
        _lab.Want(ExportLab.Far, layers: 0);
        Watch(ExportLab.Far);
        _lab.Give();
        _lab.Desk.Flush(default, _lab.Now);

        Assert.Equal(4UL, Assert.Single(_lab.Sent).Header.Number);
    }

    [Fact]
    public void HandleLayers_ALayerDies_IsSaidAtOnceWithoutAPacket()
    {
        Watch(ExportLab.Far);

        _lab.Live[2] = false;
        _lab.Tell();

        Assert.Equal([true, true, false], Assert.Single(_lab.Sent).Live);
    }

    /// <summary>Who takes no layer hears of none by frames: that one lives again may have been said and lost, so it
    /// is said whenever the watcher says that it still watches.</summary>
    [Fact]
    public void Want_NoLayerAgainAndAgain_IsShownHowLayersAreEachTime()
    {
        _lab.Want(ExportLab.Far, layers: 0);
        _lab.Sent.Clear();

        _lab.Want(ExportLab.Far, layers: 0);

        Assert.Equal([true, true, true], Assert.Single(_lab.Sent).Live);
        Assert.Empty(_lab.Replays);
    }

    [Fact]
    public void Withdraw_WatchersAreTold()
    {
        Watch(ExportLab.Far);

        _lab.Desk.Withdraw(_lab.Track, default);

        Assert.Equal(MeshTrackEnd.Track, Assert.Single(_lab.Sent).End);
        Assert.Equal(0u, _lab.Carried);
    }

    [Fact]
    public void Want_UnknownTrack_IsTold()
    {
        _lab.Desk.Withdraw(_lab.Track, default);
        _lab.Sent.Clear();

        _lab.Want(ExportLab.Far, Low);

        Assert.Equal(MeshTrackEnd.Track, Assert.Single(_lab.Sent).End);
    }

    [Fact]
    public void Want_KeyFrame_IsAskedFor()
    {
        _lab.Want(ExportLab.Far, layers: 7, keyFrames: 2);

        Assert.Equal([2u], _lab.KeyFramesWanted);
    }

    /// <summary>While somebody watches, it asks how the layers are; then no more.</summary>
    [Fact]
    public void Advance_AsksForLayersWhileSomebodyWatches()
    {
        Watch(ExportLab.Far);
        _lab.Advance(ms: 2_100);
        Assert.Equal(5, _lab.Asked);

        _lab.Advance(ms: 10_000);
        var asked = _lab.Asked;
        _lab.Advance(ms: 5_000);
        Assert.Equal(asked, _lab.Asked);
    }

    [Fact]
    public void Close_GivesClaimsBack()
    {
        Watch(ExportLab.Far);
        _lab.Give(marker: false);
        _lab.Desk.HandleCached(_lab.Track, _lab.Make(), ExportLab.Far, _lab.Now);

        _lab.Desk.Close();

        Assert.Equal(0, _lab.HeldSlots);
    }

    [Fact]
    public void HandlePacket_AndFlush_AllocateNothing()
    {
        Watch(ExportLab.Far);
        _lab.IsDeaf = true;
        var layers = new ExportedLayers(
            _lab.Source,
            new MeshLayerState[3],
            new MeshSenderReport?[3]
        );
        var state = new byte[MeshTrackState.BytesMax];
        AllocationAssert.None(() =>
        {
            _lab.Give();
            _lab.Desk.Flush(default, _lab.Now);
            _ = _lab.Desk.PollTimeout();
            _ = _lab.Desk.FlushAt;
            _ = layers.WriteState(state, layer: 1, ExportLab.Owner);
        });
    }

    private void Watch(NodeAddress watcher)
    {
        _lab.Want(watcher, Low);
        _lab.Sent.Clear();
    }
}
