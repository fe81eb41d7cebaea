using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.State;
using Xunit;

namespace Edge.Mesh.Tests.Exports;

/// <summary>A track that one node gives away and another of its PoP goes on with.</summary>
public sealed class ExportMoveTests
{
    private const uint Low = 1;
    private const uint High = 4;
    private readonly ExportLab _former = new();

    [Fact]
    public void Release_WatchedTrack_SendsWhatWaitsAndNothingAfterwards()
    {
        _former.Want(ExportLab.Far, Low);
        _former.Sent.Clear();
        _former.Give(marker: false);

        var memory = Release();
        _former.Give();
        _former.Advance(ms: 3000);

        var frame = Assert.Single(_former.Sent);
        Assert.Equal([1L], frame.Numbers);
        Assert.Equal(frame.Header.Number, memory.Numbers[0]);
        Assert.Equal(0u, _former.Carried);
        Assert.Equal(0, _former.HeldSlots);
        Assert.Equal(0, _former.Desk.Stats.LayersCarried);
    }

    /// <summary>Packets that come out of a cache wait for the turn's end: they belong to who asked.</summary>
    [Fact]
    public void Release_CachedPacketsWait_AreSent()
    {
        _former.Want(ExportLab.Far, Low);
        _former.Sent.Clear();
        _former.Desk.HandleCached(_former.Track, _former.Make(), ExportLab.Far, _former.Now);

        _ = Release();

        Assert.Single(_former.Sent);
        Assert.Equal(0, _former.HeldSlots);
    }

    /// <summary>A want that meets the track on its way: who said it hears where the track is as soon as that is known, says it there,
    /// and is sent what it wants, long before it would have said it again.</summary>
    [Fact]
    public void Want_WhileTheTrackIsOnItsWay_IsSaidToTheHeirAtOnce()
    {
        _former.Want(ExportLab.Near, Low);
        _former.Give();
        _former.Advance(ms: 1);
        var watches = new WatchBook(ExportLab.Far, life: 1);
        var key = new DemandKey(ExportLab.Owner, ExportLab.App);
        Assert.True(watches.TryAdd(_former.Track.Token, key, _former.Now));
        var memory = Release();
        _former.Sent.Clear();

        watches.Want(_former.Track.Token, Low | High, _former.Now);
        _former.Now += MeshTimes.DemandDelay;
        Say(watches, _former, ExportLab.Owner);
        var heir = Resume(memory);
        heir.Now = _former.Now;
        Assert.Equal(Low, heir.Carried);
        _former.Desk.TellMoved(memory, _former.Source, Heir, _former.Now);

        var told = Assert.Single(_former.Sent);
        Assert.Equal(
            MeshSubjects.Cache(ExportLab.App, ExportLab.Far, _former.Track.Token),
            told.Subject
        );
        Assert.Equal(Heir, told.Owner);
        watches.HandOver(_former.Track.Token, told.Owner!.Value, heir.Now);
        heir.Now += MeshTimes.DemandDelay;
        Say(watches, heir, Heir);
        Assert.Equal(Low | High, heir.Carried);
        Assert.Equal([(Low | High, ExportLab.Far)], heir.Replays);
    }

    /// <summary>Nobody took it: what was said meanwhile is done where it was said.</summary>
    [Fact]
    public void Want_WhileTheTrackIsOnItsWayAndBack_IsServedHere()
    {
        _former.Want(ExportLab.Near, Low);
        var memory = Release();
        _former.Replays.Clear();
        _former.Want(ExportLab.Far, Low, keyFrames: Low);
        _former.Want(ExportLab.Far, Low | High);
        _former.Want(ExportLab.Near, layers: null);
        Assert.Equal(0u, _former.Carried);

        _former.Restart(memory);

        Assert.Equal(Low | High, _former.Carried);
        Assert.Equal([(Low | High, ExportLab.Far)], _former.Replays);
        Assert.Equal([Low], _former.KeyFramesWanted);
        Assert.DoesNotContain(
            _former.Desk.Origins.Watchers(_former.Track.Token),
            watcher => new NodeAddress(watcher.Pop, watcher.Node) == ExportLab.Near
        );
    }

    /// <summary>Who wants it no more is not told, nor who said so in another app, nor anybody twice, nor of what nobody was told
    /// for as long as a want lasts.</summary>
    [Fact]
    public void TellMoved_NobodyWaits_SaysNothing()
    {
        var memory = Release();
        _former.Want(ExportLab.Far, Low);
        _former.Want(ExportLab.Far, layers: null);
        _former.Want(ExportLab.Near, Low, app: "other");
        _former.Sent.Clear();
        _former.Desk.TellMoved(memory, _former.Source, Heir, _former.Now);
        Assert.Empty(_former.Sent);

        _former.Want(ExportLab.Far, Low);
        _former.Desk.TellMoved(memory, _former.Source, Heir, _former.Now);
        Assert.Empty(_former.Sent);

        _former.Restart(memory);
        memory = Release();
        _former.Want(ExportLab.Far, Low);
        _former.Sent.Clear();
        _former.Advance(ms: MeshTimes.DemandAge.TotalMilliseconds + 1000);
        _former.Desk.TellMoved(memory, _former.Source, Heir, _former.Now);
        Assert.Empty(_former.Sent);
    }

    /// <summary>Watchers say what they want for a while yet under the old name: it is not gone, and not here.</summary>
    [Fact]
    public void Want_OfAReleasedTrack_IsNotAnswered()
    {
        _former.Want(ExportLab.Far, Low);
        _ = Release();
        _former.Sent.Clear();

        _former.Want(ExportLab.Far, Low);

        Assert.Empty(_former.Sent);
    }

    [Fact]
    public void Resume_AtAnotherNode_GoesOnWithNameNumbersAndWatchers()
    {
        _former.Want(ExportLab.Near, Low);
        _former.Want(ExportLab.Far, Low | High);
        _former.Give();
        _former.Advance(ms: 1);
        var before = _former.Sent[^1].Header;

        var heir = Resume(Release());
        heir.Give();
        heir.Give(layer: 2);
        heir.Advance(ms: 1);

        Assert.Equal(Low | High, heir.Carried);
        Assert.Equal(2, heir.Desk.Stats.LayersCarried);
        Assert.Equal(0, heir.Asked);
        var frames = heir.Sent.Where(frame => frame.Header.Layer == 0).ToArray();
        Assert.Equal(2, frames.Length);
        Assert.All(frames, frame => Assert.Equal(before.Generation, frame.Header.Generation));
        Assert.All(frames, frame => Assert.Equal(before.Epoch, frame.Header.Epoch));
        Assert.All(frames, frame => Assert.Equal(before.Number + 1, frame.Header.Number));
        Assert.All(frames, frame => Assert.Equal(Heir, frame.Owner));
        Assert.Empty(heir.Replays);
        Assert.Empty(heir.KeyFramesWanted);
        heir.Advance(ms: 500);
        Assert.Equal(1, heir.Asked);
    }

    /// <summary>The node that goes on was a watcher itself: it sends nothing to itself, nor hears itself.</summary>
    [Fact]
    public void Resume_HeirWatchedItself_IsNoWatcherAnyMore()
    {
        _former.Want(Heir, Low);

        var heir = Resume(Release());
        heir.Want(Heir, Low, under: ExportLab.Owner);

        Assert.Equal(0u, heir.Carried);
        Assert.False(heir.Desk.Origins.IsWatched(heir.Track.Token));
    }

    /// <summary>Whoever does not say again that it watches is not served for ever.</summary>
    [Fact]
    public void Resume_WatcherSaysNothing_LastsAsLongAsAnyWant()
    {
        _former.Want(ExportLab.Far, Low);
        var heir = Resume(Release());

        heir.Advance(ms: 6000);
        Assert.Equal(Low, heir.Carried);
        heir.Advance(ms: 3000);

        Assert.Equal(0u, heir.Carried);
    }

    /// <summary>What a watcher wants of the heir's own tracks is another letter than what it wants of those that came.</summary>
    [Fact]
    public void Want_UnderTheFormerName_LastsBesideTheHeirsOwn()
    {
        _former.Want(ExportLab.Far, Low);
        var heir = Resume(Release());
        heir.Want(ExportLab.Far, Low | High, under: ExportLab.Owner);

        heir.WantOnly(ExportLab.Far, under: Heir);
        Assert.Equal(Low | High, heir.Carried);
        heir.WantOnly(ExportLab.Far, under: ExportLab.Owner);

        Assert.Equal(0u, heir.Carried);
    }

    /// <summary>The watcher knows by now where the track is, and names it there.</summary>
    [Fact]
    public void Want_UnderTheHeirsName_OutlastsTheFormerOne()
    {
        _former.Want(ExportLab.Far, Low);
        var heir = Resume(Release());
        heir.Want(ExportLab.Far, Low, under: Heir);

        heir.WantOnly(ExportLab.Far, under: ExportLab.Owner);
        heir.Want(ExportLab.Far, layers: null, under: ExportLab.Owner);

        Assert.Equal(Low, heir.Carried);
        Assert.Empty(heir.Replays);
    }

    /// <summary>Another node may have it that goes on for the same one.</summary>
    [Fact]
    public void Want_UnknownTrackUnderAnothersName_IsNotAnswered()
    {
        var heir = new ExportLab(self: Heir, isExported: false);

        heir.Want(ExportLab.Far, Low, under: ExportLab.Owner);
        Assert.Empty(heir.Sent);
        heir.Want(ExportLab.Far, Low, under: Heir);

        Assert.Single(heir.Sent);
    }

    /// <summary>Nobody took it.</summary>
    [Fact]
    public void Resume_AtTheSameNode_GoesOn()
    {
        _former.Want(ExportLab.Far, Low);
        _former.Give();
        _former.Advance(ms: 1);
        var number = _former.Sent[^1].Header.Number;
        var memory = Release();
        _former.Sent.Clear();

        _former.Restart(memory);
        _former.Give();
        _former.Advance(ms: 1);

        Assert.Equal(number + 1, Assert.Single(_former.Sent).Header.Number);
        _former.Want(ExportLab.Far, Low);
        Assert.Equal(Low, _former.Carried);
    }

    /// <summary>Watchers measure how long frames were on their way: another clock is not to look like a longer way. It
    /// becomes the heir's own so slowly that nobody sees it.</summary>
    [Theory]
    [InlineData(-3000)]
    [InlineData(0)]
    [InlineData(400)]
    public void Resume_OtherClock_FramesAreSentByTheFormerOne(double aheadMs)
    {
        _former.Want(ExportLab.Far, Low);
        var heir = Resume(Release(), aheadMs);
        var ahead = TimeSpan.FromMilliseconds(aheadMs);

        heir.Give();
        heir.Advance(ms: 1);
        Near(-ahead, Offset(heir));

        for (var second = 0; second < 10; second++)
        {
            heir.Advance(ms: 1000);
            heir.Want(ExportLab.Far, Low);
        }

        heir.Give();
        heir.Advance(ms: 1);
        var moved = TimeSpan.FromMilliseconds(10) * Math.Sign(aheadMs);
        Near(moved - ahead, Offset(heir));
    }

    [Fact]
    public void Memory_Written_IsRead()
    {
        _former.Want(ExportLab.Near, Low);
        _former.Want(ExportLab.Far, High, life: 77);
        var memory = Release();

        var read = Read(Write(memory));

        Assert.NotNull(read);
        Assert.Equal(memory.Token, read.Token);
        Assert.Equal(memory.App, read.App);
        Assert.Equal(memory.Name, read.Name);
        Assert.Equal(memory.Numbers.ToArray(), read.Numbers.ToArray());
        Assert.Equal(memory.Watchers.ToArray(), read.Watchers.ToArray());
        Assert.True(Write(read).AsSpan().SequenceEqual(Write(memory)));
    }

    /// <summary>Whatever bytes come, they are a memory that can be gone on with, or none.</summary>
    [Fact]
    public void Memory_HostileBytes_AreRefusedOrHarmless()
    {
        var random = Seeds.Random();
        _former.Want(ExportLab.Near, Low);
        _former.Want(ExportLab.Far, High);
        var bytes = Write(Release());
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(Read(bytes.AsSpan(0, length)));
        }

        for (var round = 0; round < 5000; round++)
        {
            byte[] mangled = [.. bytes];
            for (var flips = random.NextInt32(6); flips >= 0; flips--)
            {
                mangled[random.NextInt32(mangled.Length)] ^= (byte)(1 << random.NextInt32(8));
            }

            if (Read(mangled) is not { } memory)
            {
                continue;
            }

            Assert.True(MeshSubjects.IsToken(memory.App));
            var heir = Resume(memory);
            heir.Give();
            heir.Advance(ms: 8000);
            Assert.Equal(0, heir.HeldSlots);
            Assert.Equal(0u, heir.Carried);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("*")]
    [InlineData(">")]
    [InlineData("a b")]
    public void Memory_AppThatIsNoToken_IsRefused(string app)
    {
        var memory = new ExportMemory(_former.Track.Token, app, new SourceName(1, 1), [1]);

        Assert.Null(Read(Write(memory)));
    }

    [Fact]
    public void Memory_MoreLayersOrWatchersThanThereCanBe_IsRefused()
    {
        var layers = new ExportMemory(
            _former.Track.Token,
            ExportLab.App,
            new SourceName(1, 1),
            new ulong[5]
        );
        var watchers = new ExportMemory(
            _former.Track.Token,
            ExportLab.App,
            new SourceName(1, 1),
            [1]
        )
        {
            Watchers =
            [
                .. Enumerable
                    .Range(0, OriginBook.WatchersMax + 2)
                    .Select(number => new TrackWatcher(
                        new NodeAddress(2, (ushort)number),
                        1,
                        1,
                        Bitrate.Zero
                    )),
            ],
        };

        Assert.Null(Read(Write(layers)));
        Assert.Null(Read(Write(watchers)));
    }

    /// <summary>It has come already: the second letter changes nothing.</summary>
    [Fact]
    public void Resume_Repeated_ChangesNothing()
    {
        _former.Want(ExportLab.Far, Low);
        var memory = Release();
        var heir = Resume(memory);
        heir.Give();
        heir.Advance(ms: 1);
        heir.Sent.Clear();

        heir.Desk.Resume(heir.Track, memory, heir.Wall, heir.Now);
        heir.Give();
        heir.Advance(ms: 1);

        Assert.Equal(memory.Numbers[0] + 2, Assert.Single(heir.Sent).Header.Number);
        Assert.Equal(1, heir.Desk.Stats.LayersCarried);
    }

    [Fact]
    public void HandlePacket_OfAResumedTrack_AllocatesNothing()
    {
        _former.Want(ExportLab.Far, Low);
        var heir = Resume(Release(), aheadMs: 400);
        heir.IsDeaf = true;

        AllocationAssert.None(() =>
        {
            _ = heir.Track.Lead(heir.Now);
            heir.Give();
            heir.Desk.Flush(default, heir.Now);
        });
    }

    private static NodeAddress Heir => new(1, 3);

    /// <summary>What is due of a watcher comes to a node.</summary>
    private static void Say(WatchBook watches, ExportLab to, NodeAddress owner)
    {
        var bytes = new byte[MeshLimits.DemandBytesMax];
        var length = watches.PollTransmit(bytes, to.Now, out var key);
        Assert.NotEqual(0, length);
        Assert.Equal(new DemandKey(owner, ExportLab.App), key);
        to.Desk.HandleDemand(key, bytes.AsSpan(0, length), to.Wall, to.Now);
    }

    private ExportMemory Release() =>
        _former.Desk.Release(_former.Track, _former.Source.Name, _former.Wall, _former.Now);

    private static ExportLab Resume(ExportMemory memory, double aheadMs = 0)
    {
        var heir = new ExportLab(self: Heir, isExported: false)
        {
            WallOffset = TimeSpan.FromMilliseconds(aheadMs),
        };
        heir.Desk.Resume(heir.Track, memory, heir.Wall, heir.Now);
        return heir;
    }

    private static TimeSpan Offset(ExportLab heir) => heir.Sent[^1].Header.SentAt - heir.Wall;

    private static void Near(TimeSpan expected, TimeSpan actual) =>
        Assert.InRange((actual - expected).TotalMilliseconds, -1.5, 1.5);

    private static byte[] Write(ExportMemory memory)
    {
        using var writer = new StateWriter(Instant.Zero + TimeSpan.FromSeconds(1), 1 << 20);
        memory.Write(writer);
        return writer.Written.ToArray();
    }

    private static ExportMemory? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes, Instant.Zero + TimeSpan.FromSeconds(1));
        var memory = ExportMemory.TryRead(ref reader);
        Assert.Equal(memory is null, reader.IsBroken);
        return memory;
    }
}
