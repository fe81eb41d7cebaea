using Control.Contract;
using Edge.Node.HandOver.Early;
using Edge.Testing.Clients;
using Xunit;
using Xunit.Abstractions;
using static Edge.Node.Tests.EndToEnd.EarlyPop;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sessions whose client's flow comes to another node of the PoP than they were made at: before anything begins they go
/// there.</summary>
public sealed class EarlyMoveTests(ITestOutputHelper output)
{
    private const int Video = 1;
    private const int Cam = 0;

    /// <summary>The first move of a process takes half a second, for its code is compiled on the way.</summary>
    private static readonly Lazy<Task> CodeIsCompiled = new(JoinOnceAsync);

    [Fact]
    public async Task Publish_FlowComesToAnotherNode_SessionGoesThere()
    {
        await using var pop = await StartAsync();
        var publishers = new List<SocketClient>();
        for (var count = 0; count < Clients; count++)
        {
            publishers.Add(await pop.First.PublishAsync(stream: Stream(count)));
            RunUntilConnected(pop, publishers);
        }

        AssertFollowed(pop);
        AssertNothingIsPassedOn(pop);
    }

    /// <summary>Players of one stream, whose publisher is wherever its own flow comes to.</summary>
    [Fact]
    public async Task Play_FlowComesToAnotherNode_SessionGoesThereAndPlays()
    {
        await using var pop = await StartAsync();
        var viewers = await WatchAsync(pop);
        pop.RunUntilAllGoOn(viewers, Video, frames: 10);
        AssertFollowed(pop);
        AssertNothingIsPassedOn(pop);
        pop.RunUntilAllGoOn(viewers, Video, frames: 10);
        Assert.All(viewers, viewer => Assert.Equal(1, viewer.Client.Played[Video].Sources));
    }

    /// <summary>Those who wait for a publisher's first packet at the node where all were asked for see it, wherever it goes.</summary>
    [Fact]
    public async Task Publish_OthersWaitAlready_TheySeeIt()
    {
        await using var pop = await StartAsync();
        var viewers = new List<SocketClient>();
        for (var count = 0; count < Clients; count++)
        {
            _ = await pop.First.PublishAsync(stream: Stream(count));
            viewers.Add(await pop.First.PlayAsync(stream: Stream(count)));
        }

        RunUntilConnected(pop, viewers);
        pop.RunUntilAllGoOn(viewers, Video, frames: 10);

        // A viewer may stay whose publisher was just on its way.
        Assert.True(pop.First.Moves(EarlyMoveOutcome.Moved) > 0, "None went to the other node.");
        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Lost));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>Sessions whose tracks have names: both sides, and requests find them afterwards.</summary>
    [Fact]
    public async Task Calls_FlowsComeToAnotherNode_SessionsGoThere()
    {
        await using var pop = await StartAsync();
        var publishers = new List<SocketClient>();
        var viewers = new List<SocketClient>();
        for (var count = 0; count < Clients; count++)
        {
            var publisher = await pop.First.PushAsync();
            publishers.Add(publisher);
            RunUntilConnected(pop, publishers);
            // Asked of whoever has the publisher, as the node that answers by its name would.
            var node = pop.Nodes.First(each => each.Node.State.HasSession(publisher.SessionId));
            var session = new SessionKey("app", await node.NewSessionAsync());
            var asked = node.AskAsync(session, NodeHarness.Remote(publisher.SessionId, "cam"));
            pop.RunUntil(() => asked.IsCompleted, "The track was not found.");
            viewers.Add(await node.AnswerAsync(session, await asked));
            RunUntilConnected(pop, viewers);
        }

        pop.RunUntilAllGoOn(viewers, Cam, frames: 10);
        AssertFollowed(pop);
        AssertNothingIsPassedOn(pop);
        foreach (var publisher in publishers)
        {
            var node = pop.Nodes.First(each => each.Node.State.HasSession(publisher.SessionId));
            Assert.Equal(2, (await node.StateAsync(publisher)).Tracks.Length);
        }
    }

    /// <summary>Many come at once: no more than the bound are on their way, all connect.</summary>
    [Fact]
    public async Task Publish_ManyAtOnce_AllConnect()
    {
        await using var pop = await StartAsync();
        var publishers = new List<SocketClient>();
        for (var count = 0; count < 4 * Clients; count++)
        {
            publishers.Add(await pop.First.PublishAsync(stream: Stream(count)));
        }

        RunUntilConnected(pop, publishers);

        Assert.True(pop.First.Moves(EarlyMoveOutcome.Moved) > 0, "None went to the other node.");
        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Lost));
        Assert.Equal(4 * Clients, pop.Nodes.Sum(node => node.Node.SessionCount));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>The node of the flow takes none: the session stays, and what comes for it is passed on.</summary>
    [Fact]
    public async Task Publish_NodeOfTheFlowIsFull_SessionStays()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(
            2,
            hasMesh: true,
            change: options =>
                string.Equals(options.Node, "n1", StringComparison.Ordinal)
                    ? options with
                    {
                        SessionsMax = 1,
                        PublishersMax = 1,
                    }
                    : options
        );
        pop.RunUntilNodesMeet();
        while (pop.Nodes[1].Node.SessionCount == 0)
        {
            var own = await pop.Nodes[1].PublishAsync(stream: new StreamKey("app", "own"));
            RunUntilConnected(pop, [own]);
        }

        var publishers = new List<SocketClient>();
        for (var count = 0; count < Clients; count++)
        {
            publishers.Add(await pop.First.PublishAsync(stream: Stream(count)));
        }

        RunUntilConnected(pop, publishers);

        Assert.True(pop.PassedOn > 0, "Every flow came to the node of its session.");
        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Moved));
        Assert.True(pop.First.Moves(EarlyMoveOutcome.NoPlace) > 0, "Nothing was tried.");
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>It said that it would take sessions, and does not: they go on where they were.</summary>
    [Fact]
    public async Task Publish_NodeOfTheFlowRefuses_SessionGoesOnHere()
    {
        await using var pop = await StartAsync();
        await PublishUntilAsync(pop, EarlyMoveOutcome.Moved);
        pop.Nodes[1].Node.State.IsDeparting = true;

        var publishers = await PublishUntilAsync(pop, EarlyMoveOutcome.Returned);

        var viewer = await pop.First.PlayAsync(stream: Stream(publishers.Count - 1));
        pop.RunUntilAllGoOn([viewer], Video, frames: 10);
        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Lost));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>The node of the flow is gone when the letter leaves: the session goes on where it was.</summary>
    [Fact]
    public async Task Publish_NodeOfTheFlowIsGone_SessionGoesOnHere()
    {
        await using var pop = await StartAsync();
        await PublishUntilAsync(pop, EarlyMoveOutcome.Moved);
        await pop.Buses[1].DisposeAsync();

        await PublishUntilAsync(pop, EarlyMoveOutcome.Returned);

        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Lost));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>A node that was started anew knows no ticket that it gave before: what it does not take goes on where it was made.
    /// </summary>
    [Fact]
    public async Task Join_NodeOfTheFlowWasStartedAnew_SessionGoesOn()
    {
        await using var pop = await StartAsync();
        _ = await PublishUntilAsync(pop, EarlyMoveOutcome.Moved);
        await pop.EndLastAsync();
        _ = pop.Add("n1");
        pop.RunUntilNodesMeet();
        _ = await PublishUntilAsync(pop, EarlyMoveOutcome.Returned, first: 4 * Clients);

        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Lost));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    /// <summary>A flow that comes to another node once DTLS has begun is passed on, and its session stays.</summary>
    [Fact]
    public async Task Flow_ComesToAnotherNodeAfterTheHandshake_SessionStays()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(1, hasMesh: true);
        var publisher = await pop.First.PublishAsync();
        RunUntilConnected(pop, [publisher]);
        var viewers = new List<SocketClient>();
        for (var count = 0; count < Clients; count++)
        {
            viewers.Add(await pop.First.PlayAsync());
        }

        pop.RunUntilAllGoOn(viewers, Video, frames: 10);
        _ = pop.Add("new");
        pop.RunUntil(() => pop.PassedOn > 100, "Nothing comes to the new node.");
        pop.RunUntilAllGoOn(viewers, Video, frames: 20);

        Assert.Equal(0, pop.Nodes[1].Node.SessionCount);
        Assert.Equal(1 + Clients, pop.First.Node.SessionCount);
        Assert.Equal(0, pop.First.Moves(EarlyMoveOutcome.Moved));
    }

    /// <summary>Who followed its flow goes on when the node of the flow drains, though its names are of the one before.</summary>
    [Fact]
    public async Task Drain_NodeOfTheFlow_SessionsGoOn()
    {
        await using var pop = await StartAsync();
        var viewers = await WatchAsync(pop);
        pop.RunUntilAllGoOn(viewers, Video, frames: 40);
        AssertFollowed(pop);
        var connected = viewers.ConvertAll(viewer => viewer.Client.ConnectedAt);
        var draining = Task.Run(async () =>
            await pop.Nodes[1].Node.HandOverAsync(TimeSpan.FromSeconds(20), CancellationToken.None)
        );
        pop.RunUntil(() => draining.IsCompleted, "The drain does not end.");
        pop.RunUntilAllGoOn(viewers, Video, frames: 20);

        Assert.Equal(0, (await draining).Lost);
        Assert.Equal(0, pop.Nodes[1].Node.SessionCount);
        Assert.Equal(connected, viewers.ConvertAll(viewer => viewer.Client.ConnectedAt));
    }

    /// <summary>What a join takes, from the answer to connected, beside that of sessions that stay where they were made.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Join_WithAndWithoutMoves_TakesAsLong(bool hasChannels)
    {
        await using var following = await StartAsync();
        await using var staying = new PopHarness(2, hasMesh: true, change: PopHarness.Staying);
        staying.RunUntilNodesMeet();
        var (moved, own, passedOn) = (new List<double>(), new List<double>(), new List<double>());
        for (var count = 0; count < 4 * Clients; count++)
        {
            var before = following.First.Moves(EarlyMoveOutcome.Moved);
            var took = await JoinAsync(following, count, hasChannels);
            (following.First.Moves(EarlyMoveOutcome.Moved) > before ? moved : own).Add(took);
            var atOther = staying.PassedOn;
            took = await JoinAsync(staying, count, hasChannels);
            (staying.PassedOn > atOther ? passedOn : own).Add(took);
        }

        output.WriteLine(
            $"Connected after, median of ms: {Median(moved):F1} of {moved.Count} that moved, "
                + $"{Median(passedOn):F1} of {passedOn.Count} that were passed on, "
                + $"{Median(own):F1} of {own.Count} that came to their node"
        );
        Assert.NotEmpty(moved);
        Assert.NotEmpty(passedOn);
        Assert.Null(staying.First.Node.State.EarlyMoves);
        Assert.Equal(0, staying.Nodes[1].Node.SessionCount);
    }

    private static async Task<double> JoinAsync(PopHarness pop, int number, bool hasChannels)
    {
        var publisher = hasChannels
            ? await pop.First.JoinAsync()
            : await pop.First.PublishAsync(stream: Stream(number));
        var answered = pop.First.Now;
        RunUntilConnected(pop, [publisher]);
        var took = publisher.Client.ConnectedAt - answered;
        pop.First.Leave(publisher);
        return took.TotalMilliseconds;
    }

    private static double Median(List<double> values) =>
        values.Order().ElementAtOrDefault(values.Count / 2);

    private static async Task JoinOnceAsync()
    {
        await using var pop = new PopHarness(2, hasMesh: true);
        pop.RunUntilNodesMeet();
        var publisher = await pop.First.PublishAsync();
        RunUntilConnected(pop, [publisher]);
        for (var count = 0; count < Clients; count++)
        {
            var viewer = await pop.First.PlayAsync();
            var caller = await pop.First.PushAsync();
            RunUntilConnected(pop, [viewer, caller]);
        }
    }

    private static async Task<PopHarness> StartAsync(
        [System.Runtime.CompilerServices.CallerMemberName] string test = ""
    )
    {
        await CodeIsCompiled.Value;
        var pop = new PopHarness(2, hasMesh: true, test: test);
        pop.RunUntilNodesMeet();
        return pop;
    }

    /// <summary>Publishes until something became of one that was to follow its flow.</summary>
    private static async Task<List<SocketClient>> PublishUntilAsync(
        PopHarness pop,
        EarlyMoveOutcome outcome,
        int first = 0
    )
    {
        var publishers = new List<SocketClient>();
        while (pop.First.Moves(outcome) == 0)
        {
            Assert.True(publishers.Count < 4 * Clients, "All flows came to one node.");
            publishers.Add(await pop.First.PublishAsync(stream: Stream(first + publishers.Count)));
            RunUntilConnected(pop, publishers);
        }

        return publishers;
    }

    /// <summary>A stream and its viewers, who came one after the other.</summary>
    private static async Task<List<SocketClient>> WatchAsync(PopHarness pop)
    {
        var publisher = await pop.First.PublishAsync();
        RunUntilConnected(pop, [publisher]);
        var viewers = new List<SocketClient>();
        for (var count = 0; count < Clients; count++)
        {
            viewers.Add(await pop.First.PlayAsync());
            RunUntilConnected(pop, viewers);
        }

        return viewers;
    }

    private static StreamKey Stream(int number) => new("app", $"stream {number}");

    private static void RunUntilConnected(PopHarness pop, List<SocketClient> clients) =>
        pop.RunUntil(
            () => clients.TrueForAll(client => client.Client.ConnectedAt.IsSet),
            "Somebody did not connect."
        );
}
