using Anycast.Steering;
using Edge.Bus;
using Edge.Bus.InProcess;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Node.Tests.EndToEnd;
using Edge.Node.Tests.Serving;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>When a desk says which flows are its node's.</summary>
public sealed class FlowDeskTests : IAsyncLifetime
{
    private static readonly string Subject = FlowSubject.Of(OwnerCode.NumberOf("pop"));

    private readonly DeskLab _lab = new();
    private readonly FlowDesk _desk;
    private int _letters;
    private int _others;

    public FlowDeskTests()
    {
        _lab.Bus.Subscribe(Subject, Count);
        _desk = new FlowDesk(_lab.Harness.Node.State, DeskLab.Options(_lab.Bus));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _lab.Harness.Node.State.FlowDesk = null;
        await _desk.DisposeAsync();
        await _lab.DisposeAsync();
    }

    /// <summary>A node that is started anew in less than the time between two looks would drop what comes to it for the ten
    /// seconds of a round.</summary>
    [Fact]
    public async Task Listens_BetweenTwoLooks_IsToldAllAtOnce()
    {
        await HaveFlowAsync();
        _desk.Start();
        var now = Instant.FromMilliseconds(100_000);
        _desk.KeepHouse(now);
        await Waiting.UntilAsync(() => Volatile.Read(ref _letters) == 1);
        _desk.KeepHouse(now + TimeSpan.FromSeconds(1));
        await Task.Delay(50);
        Assert.Equal(1, Volatile.Read(ref _letters));

        var heard = _lab.Listen(Subject);
        await Waiting.UntilAsync(() => Volatile.Read(ref _letters) == 2);
        await Waiting.UntilAsync(() => heard.Letters == 1);
    }

    /// <summary>A node that starts reads its socket once it has heard of the flows of those that are there, or that there are none.
    /// </summary>
    [Fact]
    public async Task AwaitFirstWords_OthersAreThere_WaitsUntilEachHasSpoken()
    {
        await using var late = _lab.Exchange.Connect();
        await using var another = new NodeHarness(
            NodeHarness.Options() with
            {
                Pop = "pop",
                Node = "late",
                PopSecret = [.. "the secret of this PoP alone"u8],
            }
        );
        await using var desk = new FlowDesk(another.Node.State, DeskLab.Options(late));
        desk.Start();
        _desk.Start();
        Assert.True(_desk.AwaitFirstWords(TimeSpan.FromMinutes(1)));
        Assert.NotEqual(0, Volatile.Read(ref _others));
    }

    /// <summary>The client of another node's session, which has left without a word, is known to have been where one of this node
    /// shakes hands: what is of a handshake goes on coming to this one, also from third nodes, which hear so.</summary>
    [Fact]
    public async Task Claim_OfAProvedClient_WhoShakesHandsIsNewThere()
    {
        var client = await HaveFlowAsync();
        _lab.Harness.Node.State.FlowDesk = _desk;
        _desk.Start();
        await using var other = _lab.Exchange.Connect();
        Claim(other, client, FlowProof.Proved);

        // That one, and the answer.
        await Waiting.UntilAsync(() => Volatile.Read(ref _letters) == 2);
        Assert.False(Flows.TryFind(client, out _));
        Assert.True(Flows.TryFindNewcomer(client, isHandshake: true, out var found));
        Assert.Same(_lab.Harness.Node.State.Sessions.All.Single(), found);
    }

    /// <summary>A session of another node begins where nobody is proved to be: neither what had the address here, nor who was new
    /// there, gets its handshake.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Claim_OfAClientThatBegins_NobodyIsNewThere(bool hasNewcomer)
    {
        var client = await HaveFlowAsync();
        if (hasNewcomer)
        {
            _ = Flows.SetNewcomer(client, _lab.Harness.Node.State.Sessions.All.Single());
        }

        _desk.Start();
        await using var other = _lab.Exchange.Connect();
        Claim(other, client, FlowProof.Asked);

        await Waiting.UntilAsync(() => !Flows.TryFind(client, out _));
        Assert.False(Flows.TryFindNewcomer(client, isHandshake: true, out _));
    }

    private NodeFlows<Session> Flows => _lab.Harness.Node.State.Flows;

    /// <summary>A flow that the node has; alone it has told nobody.</summary>
    private async Task<NetworkAddress> HaveFlowAsync()
    {
        var client = await _lab.Harness.PublishAsync();
        var state = _lab.Harness.Node.State;
        _ = state.Flows.Set(
            client.Local,
            state.Sessions.All.Single(),
            Instant.Never,
            out _,
            state.Clock.Now()
        );
        return client.Local;
    }

    /// <summary>Another node says that a flow is its own.</summary>
    private static void Claim(InProcessBus bus, in NetworkAddress client, FlowProof proof)
    {
        var letter = new byte[FlowLetter.HeaderBytes + FlowLetter.EntryBytes];
        var length = FlowLetter.WriteHeader(letter, node: 9);
        _ = FlowLetter.WriteEntry(
            letter.AsSpan(length),
            new FlowWord(client, Shard: 0) { Proof = proof }
        );
        _ = bus.TryPublish(Subject, letter);
    }

    private void Count(BusMessage letter)
    {
        _ = FlowLetter.TryReadNode(letter.Payload, out var node);
        _ =
            node == OwnerCode.NumberOf("self")
                ? Interlocked.Increment(ref _letters)
                : Interlocked.Increment(ref _others);
    }
}
