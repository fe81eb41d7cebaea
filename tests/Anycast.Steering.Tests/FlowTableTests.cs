using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

public sealed class FlowTableTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);

    [Fact]
    public void TryFind_WhatWasSaid_FindsItUntilItExpires()
    {
        var table = new FlowTable(Seeds.Random());
        var client = Client(1);
        table.Set(client, new FlowOwner(7, 2), Start);

        Assert.True(table.TryFind(client, out var owner, Start));
        Assert.Equal(new FlowOwner(7, 2), owner);
        Assert.False(table.TryFind(Client(2), out _, Start));
        Assert.False(table.TryFind(client.WithPort(9), out _, Start));
        var end = Start + FlowTable.Lifetime;
        Assert.True(table.TryFind(client, out _, end - TimeSpan.FromTicks(1)));
        Assert.False(table.TryFind(client, out _, end));
    }

    /// <summary>Neighbours, all from one port, as behind a NAT that keeps ports: whatever the key is, they are spread.</summary>
    [Fact]
    public void Set_NeighboursInATableThatCannotGrow_AllHaveAPlace() =>
        Seeds.Check(
            random =>
            {
                var table = new FlowTable(random, capacity: 256);
                for (uint client = 0; client < 24; client++)
                {
                    table.Set(Client(client), new FlowOwner(7, 2), Start);
                }

                Assert.Equal(24, table.Count);
            },
            rounds: 2000
        );

    /// <summary>All clients of a PoP come to a node that has just started: while there is room no guess takes the place of
    /// another, and then the youngest stay.</summary>
    [Fact]
    public void Guess_ManyAtOnce_TakeFreePlacesFirst()
    {
        var table = new FlowTable(Seeds.Random(), capacity: 8);
        for (uint client = 0; client < 9; client++)
        {
            table.Guess(Client(client), new FlowOwner(7, 0), Start + Moment(client));
        }

        Assert.Equal(8, table.Count);
        var now = Start + Moment(9);
        Assert.False(table.TryFind(Client(0), out _, now));
        for (uint client = 1; client < 9; client++)
        {
            Assert.True(table.TryFind(Client(client), out _, now));
        }

        static TimeSpan Moment(uint number) => TimeSpan.FromMilliseconds(number);
    }

    [Fact]
    public void Set_AnotherOwner_TakesItOver()
    {
        var table = new FlowTable(Seeds.Random());
        table.Set(Client(1), new FlowOwner(7, 2), Start);
        table.Set(Client(1), new FlowOwner(8, 0), Start);

        // The former owner's farewell comes late.
        table.Remove(Client(1), node: 7);

        Assert.True(table.TryFind(Client(1), out var owner, Start));
        Assert.Equal(8, owner.Node);
        Assert.Equal(1, table.Count);
        table.Remove(Client(1), node: 8);
        Assert.False(table.TryFind(Client(1), out _, Start));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void RemoveNode_OfTwo_ForgetsItsFlowsAlone()
    {
        var table = new FlowTable(Seeds.Random());
        for (uint client = 0; client < 2000; client++)
        {
            table.Set(Client(client), new FlowOwner((ushort)(client % 2), 0), Start);
        }

        table.RemoveNode(1);

        for (uint client = 0; client < 2000; client++)
        {
            Assert.Equal(client % 2 == 0, table.TryFind(Client(client), out _, Start));
        }
    }

    /// <summary>Goal: a table answers as a dictionary does while it has room. Method: random changes beside one.</summary>
    [Fact]
    public void TryFind_RandomChanges_AnswersAsADictionary() =>
        Seeds.Check(
            random =>
            {
                var table = new FlowTable(random.Fork());
                var model = new Dictionary<NetworkAddress, (FlowOwner Owner, Instant At)>();
                var now = Start;
                for (var step = 0; step < 3000; step++)
                {
                    now += TimeSpan.FromMilliseconds(random.NextInt32(50));
                    var client = Client((uint)random.NextInt32(400));
                    var node = (ushort)random.NextInt32(3);
                    if (random.NextInt32(4) == 0)
                    {
                        table.Remove(client, node);
                        if (model.TryGetValue(client, out var had) && had.Owner.Node == node)
                        {
                            model.Remove(client);
                        }
                    }
                    else
                    {
                        var owner = new FlowOwner(node, (byte)random.NextInt32(8));
                        table.Set(client, owner, now);
                        model[client] = (owner, now);
                    }

                    var asked = Client((uint)random.NextInt32(400));
                    var isKnown =
                        model.TryGetValue(asked, out var known)
                        && now < known.At + FlowTable.Lifetime;
                    Assert.Equal(isKnown, table.TryFind(asked, out var found, now));
                    Assert.Equal(isKnown ? known.Owner : default, found);
                }
            },
            rounds: 20
        );

    /// <summary>More flows than it keeps: memory stays, the newest are found.</summary>
    [Fact]
    public void Set_MoreThanItsCapacity_KeepsTheNewest()
    {
        var table = new FlowTable(Seeds.Random(), capacity: 64);
        for (uint client = 0; client < 10_000; client++)
        {
            var now = Start + TimeSpan.FromMilliseconds(client);
            table.Set(Client(client), new FlowOwner(1, 0), now);

            Assert.True(table.TryFind(Client(client), out _, now));
            Assert.InRange(table.Count, 1, 64);
        }
    }

    [Fact]
    public void Guess_FlowThatAnOwnerNamed_StaysTheOwners()
    {
        var table = new FlowTable(Seeds.Random());
        table.Set(Client(1), new FlowOwner(7, 2), Start);
        table.Guess(Client(1), new FlowOwner(8, 0), Start);

        Assert.True(table.TryFind(Client(1), out var owner, Start + FlowTable.GuessLifetime));
        Assert.Equal(7, owner.Node);

        table.Guess(Client(2), new FlowOwner(8, 0), Start);
        table.Set(Client(2), new FlowOwner(9, 0), Start);
        Assert.True(table.TryFind(Client(2), out owner, Start));
        Assert.Equal(9, owner.Node);
        Assert.Equal(2, table.Count);
    }

    /// <summary>Checks from made-up addresses: what owners named stays, and the table does not grow.</summary>
    [Fact]
    public void Guess_AFloodOfThem_CostsNobodyHisPlace()
    {
        var table = new FlowTable(Seeds.Random(), capacity: 64);
        var named = new List<NetworkAddress>();
        for (uint client = 0; client < 32; client++)
        {
            table.Set(Client(client), new FlowOwner(7, 0), Start);
            if (table.Count == named.Count + 1)
            {
                named.Add(Client(client));
            }
        }

        for (uint client = 1000; client < 50_000; client++)
        {
            table.Guess(Client(client), new FlowOwner(8, 0), Start);
        }

        Assert.All(named, client => Assert.True(table.TryFind(client, out _, Start)));
        Assert.InRange(table.Count, named.Count, 64);
    }

    /// <summary>A recorded check that comes from the address of somebody else: what only who begins there has a use for goes to whom
    /// it names, and nothing else.</summary>
    [Fact]
    public void Set_OnlyAskedWhereAnotherIsProved_IsTheNewcomer()
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved);
        Set(table, 8, FlowProof.Asked);

        Assert.Equal(7, Find(table, FlowStage.Established));
        Assert.Equal(8, Find(table, FlowStage.Opening));
        Assert.True(table.TryFindProof(Client(1), out _, Start));
        // What is repeated, and the owner's own word, change nothing of that.
        Set(table, 9, FlowProof.Asked, isRepeated: true);
        Set(table, 7, FlowProof.Proved);
        Assert.Equal(7, Find(table, FlowStage.Established));
        Assert.Equal(8, Find(table, FlowStage.Opening));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Set_ProvedWhereAnotherOnlyAsked_TakesItAtOnce()
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Asked);
        Set(table, 8, FlowProof.Proved, isRepeated: true);

        Assert.Equal(8, Find(table, FlowStage.Established));
        Assert.Equal(8, Find(table, FlowStage.Opening));
    }

    /// <summary>The newcomer's handshake is over: the former owner's client is not there any more.</summary>
    [Fact]
    public void Set_NewcomerIsProved_TakesItOver()
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved);
        Set(table, 8, FlowProof.Asked);
        Set(table, 8, FlowProof.Proved);

        Assert.Equal(8, Find(table, FlowStage.Established));
        Assert.Equal(8, Find(table, FlowStage.Opening));
        // The former owner has not heard so yet.
        Set(table, 7, FlowProof.Proved, isRepeated: true);
        Assert.Equal(8, Find(table, FlowStage.Established));
    }

    /// <summary>A word of the former owner may come late: what counts is whose client was proved to be there last.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Set_BothProved_TheLaterProofHasIt(bool isRepeated)
    {
        var table = new FlowTable(Seeds.Random());
        var second = TimeSpan.FromSeconds(1);
        Set(table, 7, FlowProof.Proved, isRepeated: false, 10 * second);
        Set(table, 8, FlowProof.Proved, isRepeated, second);
        Assert.Equal(8, Find(table, FlowStage.Established));
        Set(table, 7, FlowProof.Proved, isRepeated, 10 * second);
        Assert.Equal(8, Find(table, FlowStage.Established));
    }

    /// <summary>Several nodes may pass on what is for one in another PoP, whose word each heard at another time.</summary>
    [Fact]
    public void Set_TheSameProofToldByTwo_TheLastHasIt()
    {
        var table = new FlowTable(Seeds.Random());
        var ago = TimeSpan.FromSeconds(10);
        var later = ago - TimeSpan.FromMilliseconds(100);
        Set(table, 7, FlowProof.Proved, isRepeated: false, later);
        Set(table, 8, FlowProof.Proved, isRepeated: true, ago);
        Assert.Equal(7, Find(table, FlowStage.Established));
        Set(table, 8, FlowProof.Proved, isRepeated: false, ago);
        Assert.Equal(8, Find(table, FlowStage.Established));
    }

    /// <summary>Who gave a session away does not know what its heir has said of it since.</summary>
    [Fact]
    public void Set_OwnerOfWhomNothingIsSaid_StaysProved()
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved);
        Set(table, 7, FlowProof.Unsaid, isRepeated: true);

        Assert.True(table.TryFindProof(Client(1), out _, Start));
    }

    /// <summary>Its client was silent for long: the owner says so itself, and others may have the address.</summary>
    [Fact]
    public void Set_OwnerIsNotProvedAnyMore_TheNextHasIt()
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved);
        Set(table, 7, FlowProof.Asked, isRepeated: true);
        Assert.False(table.TryFindProof(Client(1), out _, Start));
        Set(table, 8, FlowProof.Asked);

        Assert.Equal(8, Find(table, FlowStage.Established));
    }

    /// <summary>A newcomer whose handshake is under way keeps it when the owner's proof is over; who claims the address after it, at
    /// the owner's node or another one, does not lose a handshake to it.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    public void Set_OnlyAskedWhereNobodyIsProvedAnyMore_HasWhatBeginsAlone(ushort node)
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved);
        Set(table, 8, FlowProof.Asked);
        Set(table, 7, FlowProof.Asked, isRepeated: true);
        Assert.Equal(8, Find(table, FlowStage.Opening));
        Set(table, node, FlowProof.Asked);

        Assert.Equal(node, Find(table, FlowStage.Established));
        Assert.Equal(node, Find(table, FlowStage.Opening));
        // Nor is the former newcomer one of whose client is proved there next.
        Set(table, 10, FlowProof.Proved);
        Assert.Equal(10, Find(table, FlowStage.Opening));
    }

    /// <summary>Who is proved after the newcomer came has taken its place, too; that another relay tells of the same proof says nothing
    /// of the newcomer.</summary>
    [Theory]
    [InlineData(1, 9)]
    [InlineData(10, 8)]
    public void Set_AnotherIsProved_NewcomerStaysBesideTheSameProofAlone(
        int secondsAgo,
        ushort node
    )
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved, isRepeated: false, TimeSpan.FromSeconds(10));
        Set(table, 8, FlowProof.Asked);
        Set(table, 9, FlowProof.Proved, isRepeated: false, TimeSpan.FromSeconds(secondsAgo));

        Assert.Equal(9, Find(table, FlowStage.Established));
        Assert.Equal(node, Find(table, FlowStage.Opening));
    }

    [Fact]
    public void Remove_OwnerWithANewcomer_LeavesItTheFlow()
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved);
        Set(table, 8, FlowProof.Asked);
        table.Remove(Client(1), node: 7);

        Assert.Equal(8, Find(table, FlowStage.Established));
        Assert.False(table.TryFindProof(Client(1), out _, Start));
        Assert.Equal(1, table.Count);
        table.RemoveNode(8);
        Assert.False(table.TryFind(Client(1), out _, Start));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Remove_Newcomer_LeavesTheOwner()
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved);
        Set(table, 8, FlowProof.Asked);
        table.Remove(Client(1), node: 8);

        Assert.Equal(7, Find(table, FlowStage.Opening));
        Set(table, 8, FlowProof.Asked);
        table.RemoveNode(8);
        Assert.Equal(7, Find(table, FlowStage.Opening));
    }

    [Fact]
    public void Forget_OwnerAndNewcomer_BothAreGone()
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved);
        Set(table, 8, FlowProof.Asked);
        table.Set(Client(2), new FlowOwner(7, 0), Start);
        table.Forget(Client(1));

        Assert.False(table.TryFind(Client(1), FlowStage.Opening, out _, Start));
        Assert.False(table.TryFindProof(Client(1), out _, Start));
        Assert.True(table.TryFind(Client(2), out _, Start));
        Assert.Equal(1, table.Count);
    }

    /// <summary>The handshake of a client that has the address of a former one may come before its owner's word.</summary>
    [Fact]
    public void Guess_FlowThatAnOwnerNamed_GetsWhatBegins()
    {
        var table = new FlowTable(Seeds.Random());
        Set(table, 7, FlowProof.Proved);
        table.Guess(Client(1), new FlowOwner(8, 0), Start);
        table.Guess(Client(1), new FlowOwner(9, 0), Start);

        Assert.Equal(8, Find(table, FlowStage.Opening));
        Assert.Equal(7, Find(table, FlowStage.Established));
        var later = Start + FlowTable.GuessLifetime;
        Assert.True(table.TryFind(Client(1), FlowStage.Opening, out var owner, later));
        Assert.Equal(7, owner.Node);
        // That of the owner itself says nothing new.
        table.Guess(Client(1), new FlowOwner(7, 3), later);
        Assert.True(table.TryFind(Client(1), FlowStage.Opening, out owner, later));
        Assert.Equal(7, owner.Node);
    }

    /// <summary>Goal: whatever is said and in whatever order, who is proved loses nothing to who is not. Method: random words of
    /// three nodes, of which one is proved and goes on to say so.</summary>
    [Fact]
    public void Set_RandomWordsOfOthers_NeverTakeWhatIsProved() =>
        Seeds.Check(
            random =>
            {
                var table = new FlowTable(random.Fork());
                Set(table, 7, FlowProof.Proved);
                for (var step = 0; step < 200; step++)
                {
                    var other = (ushort)(8 + random.NextInt32(3));
                    switch (random.NextInt32(6))
                    {
                        case 0:
                            Set(table, 7, FlowProof.Proved, random.NextInt32(2) == 0);
                            break;
                        case 1:
                            table.Remove(Client(1), other);
                            break;
                        case 2:
                            table.Guess(Client(1), new FlowOwner(other, 0), Start);
                            break;
                        case 3:
                            table.RemoveNode(other);
                            break;
                        default:
                            Set(table, other, FlowProof.Asked, random.NextInt32(2) == 0);
                            break;
                    }

                    Assert.Equal(7, Find(table, FlowStage.Established));
                    Assert.True(table.TryFindProof(Client(1), out _, Start));
                    Assert.Equal(1, table.Count);
                }
            },
            rounds: 100
        );

    /// <summary>What is said of the bytes of <see cref="FlowTable.CapacityMax"/> is reckoned with it.</summary>
    [Fact]
    public void Create_APlace_HasSoManyBytes()
    {
        const int places = 1024;
        var random = Seeds.Random();
        _ = new FlowTable(random, places);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var table = new FlowTable(random, places);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(table);

        Assert.Equal(96, bytes / places);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(65)]
    public void Create_CapacityOfNoSets_Throws(int capacity) =>
        Assert.Throws<ArgumentException>(() => new FlowTable(Seeds.Random(), capacity));

    [Fact]
    public void TryFindAndGuess_Any_AllocateNothing()
    {
        var table = new FlowTable(Seeds.Random());
        table.Set(Client(1), new FlowOwner(7, 2), Start);
        AllocationAssert.None(() =>
        {
            _ = table.TryFind(Client(1), out _, Start);
            _ = table.TryFind(Client(2), FlowStage.Opening, out _, Start);
            _ = table.TryFindProof(Client(1), out var provedAt, Start);
            _ = FlowTable.IsYounger(provedAt, Start);
            table.Guess(Client(1), new FlowOwner(8, 0), Start);
            table.Guess(Client(3), new FlowOwner(8, 0), Start);
            _ = table.TrySpend(Client(1), 100, 1000, Start);
        });
    }

    private static NetworkAddress Client(uint number) =>
        NetworkAddress.FromIPv4(0x0A00_0000 + (number >> 2), (ushort)(40_000 + (number & 3)));

    private static void Set(
        FlowTable table,
        ushort node,
        FlowProof proof,
        bool isRepeated = false,
        TimeSpan ago = default
    ) =>
        table.Set(
            new FlowOwner(node, 0),
            new FlowWord(Client(1), 0)
            {
                IsRepeated = isRepeated,
                Proof = proof,
                ProvedAgo = ago,
            },
            Start
        );

    private static ushort Find(FlowTable table, FlowStage stage)
    {
        Assert.True(table.TryFind(Client(1), stage, out var owner, Start));
        return owner.Node;
    }
}
