using Edge.Mesh.Exports;
using Edge.Mesh.Names;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Testing.Clients;
using Edge.Wire.Mesh;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Publishers that go on at another node of the PoP while others watch: their viewers' numbers go on, and nobody asks
/// for a key frame.</summary>
public sealed class TrackMoveTests
{
    /// <summary>Longer than a want lasts that is not said again.</summary>
    private const double LongerThanAWant = 8;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Move_TrackWatchedByAThirdNode_GoesOnWithoutAKeyFrame(bool isFar)
    {
        await using var mesh = new TrackMoveHarness(isFar);
        var (publisher, token) = await PushAsync(mesh);
        var viewer = await mesh.Third.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        Settle(mesh, viewer);
        var watched = WatchedBy(mesh.Third, token);
        var asked = publisher.Client.KeyFrameRequests;
        var missing = Missing(viewer);

        var twin = await mesh.SwitchAsync(publisher, isStream: false);
        var former = TrackMoveHarness.CallerOf(mesh.Former).Published[0]!.Source;
        var memory = await TrackMoveHarness.EngineOf(mesh.Former).ReleaseExportAsync(former.Track);
        var session = TrackMoveHarness.CallerOf(mesh.Heir);
        await ResumeAsync(mesh, session.Published[0]!.Source.Track, former, memory!);

        mesh.ExpectPackets(viewer, 60);
        mesh.Third.RunFor(LongerThanAWant);
        mesh.ExpectPackets(viewer, 60);
        Assert.Equal(missing, Missing(viewer));
        Assert.Equal(0, viewer.Client.Played[0].BackwardTimestamps);
        Assert.Equal(asked, publisher.Client.KeyFrameRequests);
        Assert.Equal(0, twin.Client.KeyFrameRequests);
        Assert.Same(watched, WatchedBy(mesh.Third, token));
        Assert.Equal(TrackMoveHarness.EngineOf(mesh.Heir).Self, watched.Key.Owner);
    }

    /// <summary>The node to which the publisher goes has viewers of its own, and others where it came from stay.</summary>
    [Fact]
    public async Task Move_TrackWatchedAtBothNodes_GoesOnForAll()
    {
        await using var mesh = new TrackMoveHarness();
        var (publisher, token) = await PushAsync(mesh);
        var remote = NodeHarness.Remote(publisher.SessionId, "cam");
        var stays = await mesh.Former.PullAsync("app", remote);
        var athome = await mesh.Heir.PullAsync("app", remote);
        var third = await mesh.Third.PullAsync("app", remote);
        SocketClient[] viewers = [stays, athome, third];
        Settle(mesh, viewers);
        var asked = publisher.Client.KeyFrameRequests;
        var missing = Missing(viewers);

        var twin = await mesh.SwitchAsync(publisher, isStream: false);
        var former = TrackMoveHarness.CallerOf(mesh.Former).Published[0]!.Source;
        var engine = TrackMoveHarness.EngineOf(mesh.Former);
        var heir = TrackMoveHarness.EngineOf(mesh.Heir);
        var memory = await engine.ReleaseFollowedAsync(former.Track, token, "app");
        var followed = await engine.FollowMovedAsync(former.Track, memory);
        Assert.True(heir.TryTakeOver(token, out var taken));
        await ResumeAsync(mesh, taken.Stream, former, memory);
        engine.ConfirmMoved(followed!, heir.Self);

        ExpectAll(mesh, viewers);
        mesh.Third.RunFor(LongerThanAWant);
        ExpectAll(mesh, viewers);
        Assert.Equal(missing, Missing(viewers));
        Assert.Equal(asked, publisher.Client.KeyFrameRequests);
        Assert.Equal(0, twin.Client.KeyFrameRequests);
        Assert.Null(taken.Stream.Remote);
        Assert.Same(followed, former.Track.Remote);
    }

    /// <summary>Nobody took the group: it goes on where it was.</summary>
    [Fact]
    public async Task Move_ThatNobodyTakes_GoesOnAtTheFormerNode()
    {
        await using var mesh = new TrackMoveHarness();
        var (publisher, token) = await PushAsync(mesh);
        var remote = NodeHarness.Remote(publisher.SessionId, "cam");
        var stays = await mesh.Former.PullAsync("app", remote);
        var third = await mesh.Third.PullAsync("app", remote);
        SocketClient[] viewers = [stays, third];
        Settle(mesh, viewers);
        var asked = publisher.Client.KeyFrameRequests;
        var missing = Missing(viewers);

        mesh.Video.IsEnabled = false;
        mesh.Third.RunFor(0.2);
        var session = TrackMoveHarness.CallerOf(mesh.Former);
        var published = session.Published[0]!;
        var before = published.Source;
        var engine = TrackMoveHarness.EngineOf(mesh.Former);
        var memory = await engine.ReleaseFollowedAsync(before.Track, token, "app");
        Assert.NotNull(await engine.FollowMovedAsync(before.Track, memory));
        Assert.True(engine.TryTakeOver(token, out _));
        published.Inlet.Source = before.Track.GoOn(before.Name, session, section: 0, before.Format);
        TrackMoveHarness.StateOf(mesh.Former).GoOn(before.Track);
        await engine.ResumeExportAsync(before.Track, memory);
        mesh.Video.IsEnabled = true;

        ExpectAll(mesh, viewers);
        Assert.Equal(missing, Missing(viewers));
        Assert.Equal(asked, publisher.Client.KeyFrameRequests);
        Assert.Equal(before.Epoch, published.Source.Epoch);
        Assert.Equal(engine.Self, WatchedBy(mesh.Third, token).Key.Owner);
    }

    /// <summary>A process of the former node's name starts anew: it does not know the track, and nobody is told that it is
    /// gone.</summary>
    [Fact]
    public async Task Move_ThenTheFormerNodeStartsAnew_GoesOn()
    {
        await using var mesh = new TrackMoveHarness();
        var (publisher, token) = await PushAsync(mesh);
        var viewer = await mesh.Third.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        Settle(mesh, viewer);
        var missing = Missing(viewer);
        var twin = await mesh.SwitchAsync(publisher, isStream: false);
        var former = TrackMoveHarness.CallerOf(mesh.Former).Published[0]!.Source;
        var memory = await TrackMoveHarness.EngineOf(mesh.Former).ReleaseExportAsync(former.Track);
        var session = TrackMoveHarness.CallerOf(mesh.Heir);
        await ResumeAsync(mesh, session.Published[0]!.Source.Track, former, memory!);
        mesh.ExpectPackets(viewer, 30);

        await mesh.RestartFormerAsync();
        mesh.Third.RunFor(LongerThanAWant);

        mesh.ExpectPackets(viewer, 60);
        Assert.Equal(missing, Missing(viewer));
        Assert.Equal(0, twin.Client.KeyFrameRequests);
        Assert.False(WatchedBy(mesh.Third, token).IsOver);
    }

    /// <summary>What comes later behind the track is named as it would have been at the former node.</summary>
    [Fact]
    public async Task Move_ThenAnotherPublisherBegins_TheTrackGoesOnUnderTheNextEpoch()
    {
        await using var mesh = new TrackMoveHarness();
        var (publisher, token) = await PushAsync(mesh);
        var viewer = await mesh.Third.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        mesh.ExpectPackets(viewer, 30);
        _ = await mesh.SwitchAsync(publisher, isStream: false);
        var former = TrackMoveHarness.CallerOf(mesh.Former).Published[0]!.Source;
        var memory = await TrackMoveHarness.EngineOf(mesh.Former).ReleaseExportAsync(former.Track);
        var session = TrackMoveHarness.CallerOf(mesh.Heir);
        var stream = session.Published[0]!.Source.Track;
        await ResumeAsync(mesh, stream, former, memory!);
        mesh.ExpectPackets(viewer, 30);

        var next = new TrackSource(stream, stream.NextEpoch(), session, 0, former.Format);
        session.Published[0]!.Inlet.Source = next;
        stream.Source = next;
        mesh.Video.Video!.RequestKeyFrame();

        Assert.Equal(former.Name.Life, next.Name.Life);
        Assert.Equal(former.Name.Epoch + 1, next.Name.Epoch);
        mesh.ExpectPackets(viewer, 60);
        Assert.Equal(next.Name, WatchedBy(mesh.Third, token).Inlet.Source.Name);
    }

    [Fact]
    public async Task Move_StreamPlayedEverywhere_KeepsItsTracksAndItsName()
    {
        await using var mesh = new TrackMoveHarness();
        var publisher = await mesh.Former.PublishStreamAsync(mesh.Video);
        mesh.Connect(publisher);
        mesh.Third.RunFor(0.2);
        var stays = await mesh.Former.PlayAsync(offered: NodeHarness.VideoOnly);
        var third = await mesh.Third.PlayAsync(offered: NodeHarness.VideoOnly);
        SocketClient[] viewers = [stays, third];
        Settle(mesh, viewers);
        var state = TrackMoveHarness.StateOf(mesh.Former);
        var heir = TrackMoveHarness.StateOf(mesh.Heir);
        _ = TrackMoveHarness.StateOf(mesh.Third).Streams.IsKnown(NodeHarness.Stream, out var seen);
        var watched = Assert.Single(seen!.Tracks);
        var asked = publisher.Client.KeyFrameRequests;
        var missing = Missing(viewers);

        // The second node does not hear of the first's publisher, nor the others of its own, until that is on its way.
        Cut(mesh);
        var twin = await mesh.SwitchAsync(publisher, isStream: true);
        Assert.NotNull(heir.StreamDesk!.Release(NodeHarness.Stream));
        Join(mesh);

        var session = TrackMoveHarness.SessionOf(mesh.Former, publisher.SessionId);
        var before = session.Published[0]!;
        var released = state.StreamDesk!.Release(NodeHarness.Stream);
        var memory = await state.Engine!.ReleaseFollowedAsync(
            before.Source.Track,
            watched.Token,
            "app"
        );
        var followed = await state.Engine.FollowMovedAsync(before.Source.Track, memory);

        var moved = new MovedPublisher(
            TrackMoveHarness.SessionOf(mesh.Heir, twin.SessionId),
            released!.Value.Claim,
            [new MovedPublisher.Source(before.Media, before.Source.Name, memory.Token)]
        );
        heir.Apply(heir.Streams.PublishMoved(moved, heir.StreamDesk.OwnClaim(NodeHarness.Stream)));
        await heir.Engine!.ResumeExportAsync(
            moved.Session.Published[0]!.Source.Track,
            mesh.Carry(memory)
        );
        heir.StreamDesk.GoOn(NodeHarness.Stream, released.Value);

        var away = RemoteStream.Moved(
            NodeHarness.Stream,
            released.Value,
            heir.Engine.Self,
            [followed!]
        );
        state.Apply(state.Streams.ForgetMoved(session, away, state.Clock.Now()));
        state.StreamDesk.EndMove(NodeHarness.Stream);
        state.Engine.ConfirmMoved(followed!, heir.Engine.Self);
        mesh.Video.IsEnabled = true;

        ExpectAll(mesh, viewers);
        mesh.Third.RunFor(LongerThanAWant);
        ExpectAll(mesh, viewers);
        Assert.Equal(missing, Missing(viewers));
        Assert.Equal(asked, publisher.Client.KeyFrameRequests);
        Assert.Equal(0, twin.Client.KeyFrameRequests);
        var claim = new StreamClaim(
            released.Value.Claim.Generation + 1,
            TrackMoveHarness.EngineOf(mesh.Heir).Self
        );
        _ = TrackMoveHarness.StateOf(mesh.Third).Streams.IsKnown(NodeHarness.Stream, out seen);
        Assert.Equal(claim, seen!.Claim);
        Assert.Same(watched, Assert.Single(seen.Tracks));
        _ = state.Streams.IsKnown(NodeHarness.Stream, out seen);
        Assert.Equal(claim, seen!.Claim);
        Assert.Same(followed, Assert.Single(seen.Tracks));
    }

    /// <summary>Somebody said wrongly that another node has it: its frames say who sends them, and that is believed again.</summary>
    [Fact]
    public async Task Watch_OwnerTakenForAnother_IsToldWhatIsWantedAgain()
    {
        await using var mesh = new TrackMoveHarness();
        var (publisher, token) = await PushAsync(mesh);
        var viewer = await mesh.Third.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        Settle(mesh, viewer);
        var watched = WatchedBy(mesh.Third, token);
        watched.SetOwner(TrackMoveHarness.EngineOf(mesh.Heir).Self);

        mesh.Third.RunUntil(
            () => watched.Key.Owner == TrackMoveHarness.EngineOf(mesh.Former).Self,
            "The owner is taken for another one."
        );
    }

    private static void Cut(TrackMoveHarness mesh)
    {
        foreach (var bus in mesh.HeirBuses)
        {
            bus.Disconnect();
        }
    }

    private static void Join(TrackMoveHarness mesh)
    {
        foreach (var bus in mesh.HeirBuses)
        {
            bus.Reconnect();
        }
    }

    private static async Task<(SocketClient Publisher, TrackToken Token)> PushAsync(
        TrackMoveHarness mesh
    )
    {
        var publisher = await mesh.Former.PushStreamAsync(mesh.Video);
        mesh.Connect(publisher);
        mesh.Third.RunFor(0.2);
        return (publisher, TrackToken.Create(publisher.SessionId, "cam"));
    }

    private static RemoteTrack WatchedBy(NodeHarness node, in TrackToken token)
    {
        Assert.True(TrackMoveHarness.EngineOf(node).TryFind(token, out var track));
        return track;
    }

    /// <summary>The second node's client goes on behind a track of it.</summary>
    private static async Task ResumeAsync(
        TrackMoveHarness mesh,
        StreamTrack stream,
        TrackSource former,
        ExportMemory memory
    )
    {
        var session = TrackMoveHarness.CallerOf(mesh.Heir);
        session.Published[0]!.Inlet.Source = stream.GoOn(
            former.Name,
            session,
            section: 0,
            former.Format
        );
        TrackMoveHarness.StateOf(mesh.Heir).GoOn(stream);
        await TrackMoveHarness.EngineOf(mesh.Heir).ResumeExportAsync(stream, mesh.Carry(memory));
        mesh.Video.IsEnabled = true;
    }

    /// <summary>What each viewer misses: what came before it did may be among it.</summary>
    private static long[] Missing(params SocketClient[] viewers) =>
        [.. viewers.Select(viewer => viewer.Client.Played[0].Missing)];

    /// <summary>Waits until who came last has had all the key frames that it asked for.</summary>
    private static void Settle(TrackMoveHarness mesh, params SocketClient[] viewers)
    {
        ExpectAll(mesh, viewers);
        mesh.Third.RunFor(2);
    }

    private static void ExpectAll(TrackMoveHarness mesh, params SocketClient[] viewers)
    {
        foreach (var viewer in viewers)
        {
            mesh.ExpectPackets(viewer, 60);
        }
    }
}
