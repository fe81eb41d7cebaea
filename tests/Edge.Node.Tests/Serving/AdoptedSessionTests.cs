using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;
using Edge.Bus;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.State;
using Edge.Node.MeshLink;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Calls;
using Edge.Node.Steering;
using Edge.Node.Telemetry;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Serving;

/// <summary>Requests for sessions that another node has than the one that their ids name: exactly one answers.</summary>
public sealed class AdoptedSessionTests
{
    /// <summary>Who gave it away is there yet: it passes on what it is asked, and who has it hears it but once.</summary>
    [Fact]
    public async Task Request_GiverIsThere_WhoHasItAnswers()
    {
        await using var world = new NameWorld(3);
        var session = await world.CreateAsync(node: 2);
        world.Take(session, from: 2, to: 0);

        // At once, and when who has it listens to the name, too.
        AssertFound(session, await world.GetAsync(name: 2, session));
        await Waiting.UntilAsync(() => world.Desk(1).TryFindHolder(session.SessionId, out _));
        AssertFound(session, await world.GetAsync(name: 2, session));
        AssertFound(session, await world.GetAsync(name: 0, session));
        // By a name that is neither's: whoever hears that knows who has it.
        AssertFound(session, await world.GetAsync(name: 1, session));
    }

    [Fact]
    public async Task Request_GiverIsGone_ExactlyOneAnswers()
    {
        await using var world = new NameWorld(3);
        var first = await world.CreateAsync(node: 2);
        var second = await world.CreateAsync(node: 2);
        var ended = await world.CreateAsync(node: 2);
        world.Take(first, from: 2, to: 0);
        world.Take(second, from: 2, to: 1);
        await world.EndLastAsync();
        await NameWorld.SettleAsync();

        AssertFound(first, await world.GetAsync(name: 2, first));
        AssertFound(second, await world.GetAsync(name: 2, second));
        Assert.Equal(
            CallsErrorCode.SessionGone,
            Assert.Single(await world.GetAsync(name: 2, ended)).Refused.Code
        );
        // Who looks for room for a session asks the next node.
        var made = await world.AskAsync(
            NameWorld.Requests(2),
            NodeOperations.CreateSession,
            new NewSessionRequest("app", null, false, null, null)
        );
        Assert.Equal(NodeFaultKind.Overloaded, Assert.Single(made).Fault.Kind);
        // What concerns the node concerns nobody.
        Assert.Empty(
            await world.AskAsync(
                NameWorld.Requests(2),
                NodeOperations.IsLive,
                new StreamKey("app", "show"),
                within: 0.3
            )
        );
        Assert.Empty(await world.AskRawAsync(NameWorld.Requests(2), [1, 2, 3], within: 0.3));
    }

    /// <summary>With the last session of a node nobody answers under its name any more, and who asks is told so at once.</summary>
    [Fact]
    public async Task Release_LastSessionOfAName_NobodyListens()
    {
        await using var world = new NameWorld(2);
        var session = await world.CreateAsync(node: 1);
        world.Take(session, from: 1, to: 0);
        await world.EndLastAsync();
        AssertFound(session, await world.GetAsync(name: 1, session));

        world.Desk(0).Release(session.SessionId);

        await Waiting.UntilAsync(() => NobodyListens(NameWorld.Requests(1)));
        await Waiting.UntilAsync(() =>
            NobodyListens(
                Mesh.MeshSubjects.Peer(new(NameWorld.Address(1).Pop, NameWorld.Number(1)))
            )
        );
        Assert.Empty(world.Desk(0).Represented);

        bool NobodyListens(string subject)
        {
            var reply = world.Bus.RequestAsync(
                subject,
                new byte[1],
                TimeSpan.FromSeconds(5),
                CancellationToken.None
            );
            return reply.IsCompleted && reply.Result.Status == BusReplyStatus.NoResponders;
        }
    }

    /// <summary>Who has it by now is asked for its tracks, though its shard here has not let go of it yet.</summary>
    [Fact]
    public async Task Find_SessionHasJustGone_LookedForWhereItIs()
    {
        await using var world = new NameWorld(2);
        var client = await world.Pop.First.JoinAsync();
        var node = world.Pop.First.Node;
        Assert.False(node.State.Desk!.IsElsewhere(client.SessionId));

        world.Take(new SessionKey("app", client.SessionId), from: 0, to: 1);

        Assert.True(node.State.HasSession(client.SessionId));
        Assert.True(node.State.Desk.IsElsewhere(client.SessionId));
        // Who looked before that and finds nothing looks again.
        var source = Assert.IsAssignableFrom<IPeerSource>(node.Calls);
        var track = await source.FindTrackAsync(
            new TrackQuestion("app", client.SessionId, "cam", Group: null),
            CancellationToken.None
        );
        Assert.Equal(CallsErrors.Moved, track.Error);
        var channel = await source.FindChannelAsync(
            new ChannelQuestion("app", client.SessionId, "log", Group: null),
            CancellationToken.None
        );
        Assert.Equal(CallsErrors.Moved, channel.Error);
    }

    /// <summary>It came here after whoever asks had looked for it: it is not said to have nothing.</summary>
    [Fact]
    public async Task Find_SessionHasJustCome_LookedForAgain()
    {
        await using var world = new NameWorld(2);
        var session = await world.CreateAsync(node: 1);
        var desk = world.Pop.First.Node.State.Desk!;
        Assert.True(desk.IsElsewhere(session.SessionId));

        world.Take(session, from: 1, to: 0);

        var track = await desk.FindTrackAsync(
            new TrackQuestion("app", session.SessionId, "cam", Group: null),
            TimeSpan.FromSeconds(1),
            CancellationToken.None
        );
        Assert.Equal(CallsErrors.Moved, track.Error);
        var channel = await desk.FindChannelAsync(
            new ChannelQuestion("app", session.SessionId, "log", Group: null),
            TimeSpan.FromSeconds(1),
            CancellationToken.None
        );
        Assert.Equal(CallsErrors.Moved, channel.Error);
    }

    /// <summary>While a session is being given away it is nobody's; it is said who has it once that is known.</summary>
    [Fact]
    public async Task Request_WhileTheSessionMoves_WaitsForWhoHasIt()
    {
        await using var world = new NameWorld(2);
        var session = await world.CreateAsync(node: 1);
        world.Desk(1).Moving.Begin(session.SessionId);
        var asked = world.GetAsync(name: 1, session);
        await Task.Delay(300);
        Assert.False(asked.IsCompleted);

        world.Take(session, from: 1, to: 0);

        AssertFound(session, await asked);
    }

    /// <summary>It stays, because nobody took it.</summary>
    [Fact]
    public async Task Request_WhileTheSessionMovesAndStays_IsAnswered()
    {
        await using var world = new NameWorld(2);
        var session = await world.CreateAsync(node: 1);
        world.Desk(1).Moving.Begin(session.SessionId);
        var asked = world.GetAsync(name: 1, session);
        await Task.Delay(300);
        Assert.False(asked.IsCompleted);

        world.Desk(1).Moving.End(session.SessionId);

        AssertFound(session, await asked);
    }

    /// <summary>A request that waited for its turn at the session finds it gone: who has it answers.</summary>
    [Fact]
    public async Task Request_SessionMovesWhileItIsWaitedFor_WhoHasItAnswers()
    {
        await using var world = new NameWorld(2);
        var session = await world.CreateAsync(node: 1);
        var state = world.Pop.Nodes[1].Node.State;
        Assert.True(state.Calls.TryFind("app", session.SessionId, out var held));
        await held.Gate.WaitAsync();
        var asked = world.AskAsync(NameWorld.Requests(1), NodeOperations.DeleteSession, session);
        await Task.Delay(300);
        Assert.False(asked.IsCompleted);

        world.Desk(1).Moving.Begin(session.SessionId);
        state.Calls.Remove(held);
        Assert.True(held.TryEnd());
        held.Gate.Release();
        await Task.Delay(100);
        Assert.False(asked.IsCompleted);
        world.Desk(1).NoteMoved(session.SessionId, [], NameWorld.Number(0));

        // Who has it does not know it here, and says so.
        Assert.Equal(CallsErrorCode.SessionGone, Assert.Single(await asked).Refused.Code);
    }

    /// <summary>Nobody asks twice to have a session ended: the end finds it, wherever it is when it is known.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delete_SessionMovesWhileItIsWaitedFor_EndsWhereItIs(bool isReturn)
    {
        await using var world = new NameWorld(2);
        var session = await world.CreateAsync(node: 1);
        var giver = world.Pop.Nodes[1].Node;
        var heir = world.Pop.Nodes[isReturn ? 1 : 0].Node;
        Assert.True(giver.State.Calls.TryFind("app", session.SessionId, out var held));
        await held.Gate.WaitAsync();
        var asked = world.AskAsync(NameWorld.Requests(1), NodeOperations.DeleteSession, session);
        await Task.Delay(300);
        Assert.False(asked.IsCompleted);

        using var leaving = new LeavingSession(media: null, held);
        leaving.WriteCalls(giver.State.Clock.Now());
        var parcel = leaving.Pack(giver.State.Clock.Now());
        world.Desk(1).Moving.Begin(session.SessionId);
        Assert.Null(
            isReturn
                ? await giver.Taker.ReturnAsync([parcel])
                : await heir.Taker.TakeAsync(GroupLetter.Write([parcel]), default)
        );
        Assert.True(heir.State.Calls.TryFind("app", session.SessionId, out var arrived));
        Assert.NotSame(held, arrived);
        if (!isReturn)
        {
            world.Desk(1).NoteMoved(session.SessionId, [], NameWorld.Number(0));
        }

        Assert.True(((CallsNode)giver.Calls).Forget(held));
        world.Desk(1).Moving.End(session.SessionId);
        held.Gate.Release();

        _ = Assert.Single(await asked).Done(NodeOperations.DeleteSession.AnswerType);
        Assert.True(arrived.IsOver);
        Assert.False(heir.State.HasSession(session.SessionId));
    }

    /// <summary>A session moves on from who took it, and back to whose name it has.</summary>
    [Fact]
    public async Task Request_SessionMovesOnAndBack_WhoHasItAnswers()
    {
        await using var world = new NameWorld(3);
        var session = await world.CreateAsync(node: 2);
        foreach (var (from, to) in new[] { (2, 0), (0, 1), (1, 2), (2, 1) })
        {
            world.Take(session, from, to);
            for (var name = 0; name < 3; name++)
            {
                AssertFound(session, await world.GetAsync(name, session));
            }
        }
    }

    /// <summary>Events of a session come from who has it, however they were asked for.</summary>
    [Fact]
    public async Task OpenEvents_SessionThatMoved_ComeFromWhoHasIt()
    {
        await using var world = new NameWorld(2);
        var session = await world.CreateAsync(node: 1);
        world.Take(session, from: 1, to: 0);
        await world.EndLastAsync();
        await using var asker = new Asker(world.Pop.Exchange, NameWorld.Address(1));
        using var inbox = asker.OpenInbox();
        var opened = await asker.DoneAsync(
            NodeOperations.OpenEvents,
            new OpenEventsRequest(
                new EventsRequest("app", session.SessionId, null),
                inbox.Subject,
                TimeSpan.FromSeconds(10)
            )
        );
        Assert.True(opened.IsNew);

        await asker.DoneAsync(NodeOperations.DeleteSession, session);

        await Waiting.UntilAsync(() =>
            inbox.Events.Any(happened => happened.Kind == CallsEventKind.SessionEnded)
        );
    }

    /// <summary>Whoever comes later is told, and whoever ends a session says so.</summary>
    [Fact]
    public async Task Adopt_NodesThatComeLater_AreToldAndForget()
    {
        await using var world = new NameWorld(2);
        var session = await world.CreateAsync(node: 1);
        world.Take(session, from: 1, to: 0);
        var late = world.Pop.Add("late").Node.Adoptions!;
        await Waiting.UntilAsync(() => Holds(late, NameWorld.Number(0)));

        world.Desk(0).Release(session.SessionId);

        await Waiting.UntilAsync(() => !late.TryFindHolder(session.SessionId, out _));
        await Waiting.UntilAsync(() => !world.Desk(1).TryFindHolder(session.SessionId, out _));

        bool Holds(AdoptionDesk desk, ushort node) =>
            desk.TryFindHolder(session.SessionId, out var holder) && holder.Node == node;
    }

    /// <summary>Whoever is gone has nothing any more.</summary>
    [Fact]
    public async Task Adopt_HolderEnds_IsForgotten()
    {
        await using var world = new NameWorld(3);
        await NameWorld.SettleAsync();
        var session = await world.CreateAsync(node: 1);
        world.Take(session, from: 1, to: 2);
        await Waiting.UntilAsync(() => world.Desk(0).TryFindHolder(session.SessionId, out _));

        await world.EndLastAsync();

        await Waiting.UntilAsync(() => !world.Desk(0).TryFindHolder(session.SessionId, out _));
    }

    [Fact]
    public async Task Hear_Junk_IsCountedAndChangesNothing()
    {
        await using var world = new NameWorld(1);
        var random = Seeds.Random();
        var subject = AdoptionSubject.Of(NameWorld.Address(0).Pop);
        for (var count = 0; count < 200; count++)
        {
            var junk = new byte[random.NextInt32(100)];
            random.Fill(junk);
            world.Bus.TryPublish(subject, junk);
        }

        world.Bus.TryPublish(subject, [1, 12, 0, 1, 1, 0, 0]);
        await Waiting.UntilAsync(() =>
            world.Pop.Sum(stats => stats.Drops[(int)ShardDrop.FlowsMalformed]) >= 190
        );
        var session = await world.CreateAsync(node: 0);
        AssertFound(session, await world.GetAsync(name: 0, session));
        Assert.Equal(0, world.Pop.Sum(stats => stats.Faults));
    }

    /// <summary>What is not a name of this PoP is nobody's to take.</summary>
    [Fact]
    public async Task Adopt_NamesThatAreNone_AreLeftOut()
    {
        await using var world = new NameWorld(2);
        var desk = world.Desk(0);
        desk.Adopt("junk", ["junk"], NameWorld.Number(1));
        desk.AddFragment("junk", "junk");
        desk.Release("junk");
        desk.NoteMoved("junk", ["junk"], NameWorld.Number(1));
        var session = await world.CreateAsync(node: 1);
        desk.AddFragment(session.SessionId, "junk");
        desk.Adopt(session.SessionId, ["", "junk", new string('x', 300)], NameWorld.Number(1));

        Assert.False(desk.TryFindHolder("junk", out _));
        Assert.False(desk.TryFindHolder(session.SessionId, out _));
        Assert.Equal(NameWorld.Number(1), Assert.Single(desk.Represented).Node);
    }

    private static void AssertFound(SessionKey session, Asker.Answer[] answers) =>
        Assert.Equal(
            session.SessionId,
            Assert.Single(answers).Done(NodeOperations.GetSession.AnswerType).SessionId
        );
}
