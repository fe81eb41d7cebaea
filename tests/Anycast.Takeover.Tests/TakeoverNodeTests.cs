using Anycast.Takeover.Indices;
using Anycast.Takeover.Tests.Simulation;
using Anycast.Takeover.Voting;
using Edge.Primitives;
using Xunit;

namespace Anycast.Takeover.Tests;

public sealed class TakeoverNodeTests
{
    private static readonly SessionKey Session = new(7);
    private static readonly StreamId Stream = new(StreamKind.Srtp, 1, 1);
    private static readonly StreamId Reports = new(StreamKind.Srtcp, 1, 0);

    [Fact]
    public void OneNode_ReservesByItself()
    {
        var node = Node(1);
        Assert.True(node.TryCreate(Session, Instant.Zero));
        var lease = node.TryOpen(Session, Stream, first: 5, Instant.Zero)!;
        node.HandleTimeout(Instant.Zero);

        Assert.True(lease.TryTake(out var index));
        Assert.Equal(5, index);
        Assert.False(node.IsProtected(Session));
    }

    /// <summary>With two voters both would be needed for everything: that is worse than one.</summary>
    [Fact]
    public void TwoNodesWithoutAWitness_OneVoterEach()
    {
        var pop = Pop(nodes: 2, hasWitness: false);
        var client = pop.Create(pop.Nodes[0]);
        pop.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(0, pop.Nodes[1].Core.Count);
        pop.Kill(pop.Nodes[1]);
        pop.RunFor(TimeSpan.FromSeconds(2));
        Assert.True(pop.Now - client.LastAt < TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void TwoNodesWithoutAWitness_HandOver_Works()
    {
        var pop = Pop(nodes: 2, hasWitness: false);
        var client = pop.Create(pop.Nodes[0]);
        pop.RunFor(TimeSpan.FromSeconds(1));
        pop.Nodes[0].Core.HandOver(client.Session, node: 2, pop.Now);
        pop.RunFor(TimeSpan.FromSeconds(1));

        Assert.Same(pop.Nodes[1], pop.OwnerOf(client));
        Assert.Equal(0, pop.Nodes[0].Core.Count);
        Assert.InRange(client.GapMax.TotalMilliseconds, 0, 100);
    }

    /// <summary>Nothing that is asked of an owner makes a session less safe than it is.</summary>
    [Fact]
    public void HandOver_ToANodeThatIsAway_KeepsThreeVoters()
    {
        var pop = Pop(nodes: 2, hasWitness: true);
        var client = pop.Create(pop.Nodes[0]);
        pop.RunFor(TimeSpan.FromSeconds(1));
        Faults.Cut(pop, pop.Nodes[1], isSilent: true, isDeaf: true);
        pop.RunFor(TimeSpan.FromSeconds(1));
        pop.Nodes[0].Core.HandOver(client.Session, node: 2, pop.Now);
        pop.RunFor(TimeSpan.FromMilliseconds(100));

        Assert.Equal(
            VoterSet.CountMax,
            pop.Nodes[0].Core.Replicas[client.Session].State.Members!.Coming.Count
        );
    }

    /// <summary>Of three one has died and one drains: the third goes on alone when that one has gone.</summary>
    [Fact]
    public void OneDiesAndOneLeaves_TheThirdDecidesAlone()
    {
        var pop = Pop(nodes: 3, hasWitness: false);
        var client = pop.Create(pop.Nodes[0]);
        pop.RunFor(TimeSpan.FromSeconds(1));
        pop.Nodes[0].HearLeaving(pop.Nodes[1], pop.Now);
        pop.Kill(pop.Nodes[2]);
        pop.RunFor(TimeSpan.FromSeconds(1));
        pop.Kill(pop.Nodes[1]);
        pop.RunFor(TimeSpan.FromSeconds(10));

        Assert.Same(pop.Nodes[0], pop.OwnerOf(client));
        Assert.True(pop.Now - client.LastAt < TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Witness_StoresBounds_ButNothingOfTheSession()
    {
        var pop = Pop(nodes: 2, hasWitness: true);
        var client = pop.Create(pop.Nodes[0]);
        pop.Nodes[0].Write(client, pop.Now);
        pop.RunFor(TimeSpan.FromSeconds(1));
        var witness = pop.Node(SimulatedPop.Witness).Core.Replicas[client.Session].State;
        var node = pop.Nodes[1].Core.Replicas[client.Session].State;

        Assert.Empty(witness.Sections);
        Assert.Single(node.Sections);
        Assert.Equal(node.Bounds.Keys, witness.Bounds.Keys);
        Assert.True(pop.Nodes[0].Core.IsProtected(client.Session));
    }

    [Fact]
    public void End_OfASession_IsForgottenEverywhere()
    {
        var pop = Pop(nodes: 3, hasWitness: false);
        var client = pop.Create(pop.Nodes[0]);
        pop.RunFor(TimeSpan.FromSeconds(1));
        Assert.All(pop.Nodes, node => Assert.Equal(1, node.Core.Count));
        pop.Nodes[0].Core.End(client.Session, pop.Now);
        pop.RunFor(TimeSpan.FromSeconds(1));

        Assert.All(pop.Nodes, node => Assert.Equal(0, node.Core.Count));
    }

    /// <summary>Nobody told the others that a session is over: they ask, and find that nobody needs it.</summary>
    [Fact]
    public void Voters_OfASessionThatItsOwnerHasForgotten_TakeItOver()
    {
        var pop = Pop(nodes: 3, hasWitness: false);
        var client = pop.Create(pop.Nodes[0]);
        pop.RunFor(TimeSpan.FromSeconds(1));
        Faults.Cut(pop, pop.Nodes[0], isSilent: true, isDeaf: false);
        pop.Nodes[0].Core.End(client.Session, pop.Now);
        pop.RunFor(TimeSpan.FromMilliseconds(100));
        pop.Nodes[0].JumpClock(TimeSpan.FromSeconds(20));
        pop.RunFor(TimeSpan.FromMilliseconds(50));
        Assert.Equal(0, pop.Nodes[0].Core.Count);
        pop.Heal();
        pop.RunFor(TimeSpan.FromSeconds(4));

        Assert.NotNull(pop.OwnerOf(client));
    }

    /// <summary>Nobody hears anybody; the owner resigns and gives up; then the LAN is back, and the owner's node with it, which
    /// the others take for the owner.</summary>
    [Fact]
    public void Voters_OfAnOwnerThatGaveUpUnheard_TakeItOverAtOnce()
    {
        var pop = Pop(nodes: 3, hasWitness: false, reach: 64);
        var client = pop.Create(pop.Nodes[0]);
        pop.RunFor(TimeSpan.FromSeconds(1));
        foreach (var node in pop.Nodes)
        {
            Faults.Cut(pop, node, isSilent: true, isDeaf: true);
        }

        pop.RunFor(TimeSpan.FromSeconds(3));
        Assert.Null(pop.OwnerOf(client));
        pop.Nodes[0].JumpClock(TimeSpan.FromSeconds(10));
        pop.RunFor(TimeSpan.FromMilliseconds(50));
        Assert.Equal(0, pop.Nodes[0].Core.Count);
        pop.Heal();
        pop.RunFor(TimeSpan.FromSeconds(1));

        Assert.NotNull(pop.OwnerOf(client));
    }

    [Fact]
    public void Leases_OfAnOwnSession_AreThoseThatWereOpened()
    {
        var node = Node(1);
        Assert.False(node.Owns(Session));
        Assert.Empty(node.Leases(Session));
        Assert.True(node.TryCreate(Session, Instant.Zero));
        Assert.True(node.Owns(Session));
        Assert.False(node.Owns(new SessionKey(8)));
        Assert.Empty(node.Leases(Session));

        var media = node.TryOpen(Session, Stream, first: 5, Instant.Zero)!;
        var reports = node.TryOpen(Session, Reports, first: 1, Instant.Zero)!;
        Assert.Same(media, node.TryOpen(Session, Stream, first: 9, Instant.Zero));
        Assert.Equal([media, reports], node.Leases(Session));

        node.End(Session, Instant.Zero);
        Assert.False(node.Owns(Session));
        Assert.Empty(node.Leases(Session));
        Assert.True(media.IsClosed);
        Assert.True(media.Granted < 0);
    }

    /// <summary>Who takes a session over has the leases of all its streams without opening any, above all that was granted.</summary>
    [Fact]
    public void Leases_OfASessionThatWasTakenOver_AreThoseOfTheFormerOwner()
    {
        var pop = Pop(nodes: 3, hasWitness: false);
        var client = pop.Create(pop.Nodes[0]);
        pop.RunFor(TimeSpan.FromSeconds(1));
        var former = pop.Nodes[0].Core.Leases(client.Session);
        Assert.Equal(client.Streams, former.Select(lease => lease.Stream));
        Assert.All(
            pop.Nodes.Skip(1),
            node =>
            {
                Assert.False(node.Core.Owns(client.Session));
                Assert.Empty(node.Core.Leases(client.Session));
            }
        );

        pop.Kill(pop.Nodes[0]);
        var granted = former.ToDictionary(lease => lease.Stream, lease => lease.Granted);
        pop.RunFor(TimeSpan.FromSeconds(2));
        var heir = pop.OwnerOf(client)!.Core;
        Assert.True(heir.Owns(client.Session));
        var leases = heir.Leases(client.Session);
        Assert.Equal(client.Streams.ToHashSet(), leases.Select(lease => lease.Stream).ToHashSet());
        Assert.All(leases, lease => Assert.True(lease.Next > granted[lease.Stream]));
        Assert.Single(pop.Nodes, node => node.IsUp && node.Core.Owns(client.Session));
    }

    /// <summary>What another thread used is reserved beyond, like what is taken.</summary>
    [Fact]
    public void HandleUsed_OfALease_HasMoreReserved()
    {
        var node = Node(1);
        Assert.True(node.TryCreate(Session, Instant.Zero));
        var lease = node.TryOpen(Session, Reports, first: 1, Instant.Zero)!;
        node.HandleTimeout(Instant.Zero);
        for (var round = 0; round < 10; round++)
        {
            var granted = lease.Granted;
            Assert.True(granted > lease.Next);
            lease.HandleUsed(granted);
            Assert.True(node.PollTimeout() <= Instant.Zero);
            node.HandleTimeout(Instant.Zero);
            Assert.True(lease.Granted > granted);
            Assert.False(lease.IsStalled);
        }
    }

    [Theory]
    [InlineData(StreamKind.Srtp, 1 << 15)]
    [InlineData(StreamKind.Srtp, -1)]
    [InlineData(StreamKind.None, 1)]
    public void TryOpen_WhereTheReceiverWouldGuessWrong_IsRefused(StreamKind kind, long first)
    {
        var node = Node(1);
        Assert.True(node.TryCreate(Session, Instant.Zero));

        Assert.Null(node.TryOpen(Session, Stream with { Kind = kind }, first, Instant.Zero));
    }

    [Fact]
    public void TryCreate_WithoutRoom_IsRefused()
    {
        var node = Node(1, new TakeoverOptions { SessionsMax = 1 });

        Assert.True(node.TryCreate(Session, Instant.Zero));
        Assert.False(node.TryCreate(Session, Instant.Zero));
        Assert.False(node.TryCreate(new SessionKey(8), Instant.Zero));
    }

    private static TakeoverNode Node(ushort number, TakeoverOptions? options = null) =>
        new(number, life: 1, options ?? new TakeoverOptions(), Prng.FromNumber(1));

    private static SimulatedPop Pop(int nodes, bool hasWitness, int reach = 1024)
    {
        var pop = new SimulatedPop(
            new Conditions
            {
                Nodes = nodes,
                HasWitness = hasWitness,
                Reach = reach,
            },
            Prng.FromNumber(1)
        );
        pop.RunFor(TimeSpan.FromMilliseconds(300));
        return pop;
    }
}
