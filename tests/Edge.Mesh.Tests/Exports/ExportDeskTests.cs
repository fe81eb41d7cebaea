using Edge.Mesh.Exports;
using Edge.Testing;
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
            _ = layers.WriteState(state, layer: 1, ExportLab.Owner);
        });
    }

    private void Watch(NodeAddress watcher)
    {
        _lab.Want(watcher, Low);
        _lab.Sent.Clear();
    }
}
