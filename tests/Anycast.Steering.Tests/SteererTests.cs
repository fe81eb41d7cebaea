using System.Text;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

public sealed class SteererTests
{
    private const ushort Pop = 7;
    private const ushort Self = 1;
    private const ushort Peer = 2;
    private const ushort OtherPeer = 3;

    private static readonly Instant Now = Instant.FromMilliseconds(1000);
    private static readonly PopKey Key = PopKey.Create(Pop, id: 1, "the secret of this PoP.."u8);
    private static readonly PopKey Other = PopKey.Create(8, id: 1, "the secret of other PoPs"u8);
    private static readonly PopKey Forged = PopKey.Create(Pop, id: 1, "what a forger would draw"u8);
    private static readonly NetworkAddress Client = NetworkAddress.FromIPv4(0xC000_0201, 5003);

    private readonly Steerer _steerer = new(
        new PopKeyRing(Key),
        new FlowTable(Seeds.Random()),
        new AdoptionTable(),
        new PopView(Pop, Self, Peer, OtherPeer)
    );

    [Fact]
    public void SteerCheck_CodeOfAPeer_GoesThere()
    {
        var decision = SteerCheck(Key, Peer);

        Assert.Equal(SteeringAction.Forward, decision.Action);
        Assert.Equal(SteeringReason.CodeOfPeer, decision.Reason);
        Assert.Equal(Peer, decision.Owner.Node);
    }

    /// <summary>Nobody knows the shard yet: clients are spread over all of the owner's.</summary>
    [Fact]
    public void SteerCheck_ManyClients_AreSpread()
    {
        var shards = new HashSet<int>();
        for (ushort port = 40_000; port < 40_100; port++)
        {
            var fragment = Encoding.ASCII.GetBytes(
                OwnerCode.CreateFragment(Key, Peer, Seeds.Random())
            );
            shards.Add(_steerer.SteerCheck(fragment, Client.WithPort(port), Now).Owner.Shard % 8);
        }

        Assert.Equal(8, shards.Count);
    }

    [Fact]
    public void SteerCheck_CodesOfNobody_GoNowhere()
    {
        Assert.Equal(
            new SteeringDecision(SteeringAction.Local, SteeringReason.OwnCode),
            SteerCheck(Key, Self)
        );
        AssertDropped(SteeringReason.OwnerGone, SteerCheck(Key, node: 99));
        AssertDropped(SteeringReason.NoCode, SteerCheck(Forged, Peer));
        AssertDropped(SteeringReason.NoCode, _steerer.SteerCheck("abcd"u8, Client, Now));
        AssertDropped(SteeringReason.NoCode, _steerer.SteerCheck([], Client, Now));
    }

    /// <summary>Its key is not known here: the owner will see whether it made the code.</summary>
    [Fact]
    public void SteerCheck_CodeOfAnotherPop_GoesThere()
    {
        var decision = SteerCheck(Other, node: 99);

        Assert.Equal(SteeringAction.Cross, decision.Action);
        Assert.Equal(SteeringReason.CodeOfOtherPop, decision.Reason);
        Assert.Equal(99, decision.Owner.Node);
        Assert.Equal(Other.Pop, decision.Owner.OtherPop);
        Assert.False(_steerer.Flows.TryFind(Client, out _, Now));
    }

    /// <summary>Where its key is known, a forged one goes nowhere.</summary>
    [Fact]
    public void SteerCheck_ForgedCodeOfAKnownPop_GoesNowhere()
    {
        var forged = PopKey.Create(8, id: 1, "what a forger would draw"u8);
        var steerer = new Steerer(
            new PopKeyRing(Key, Other),
            new FlowTable(Seeds.Random()),
            new AdoptionTable(),
            new PopView(Pop, Self, Peer)
        );
        var fragment = OwnerCode.CreateFragment(forged, Peer, Seeds.Random());

        AssertDropped(
            SteeringReason.NoCode,
            steerer.SteerCheck(Encoding.ASCII.GetBytes(fragment), Client, Now)
        );
    }

    /// <summary>A flood of made-up codes crosses so often a second and no more, and own clients do not notice.</summary>
    [Fact]
    public void SteerCheck_FloodForAnotherPop_IsBounded()
    {
        var fragment = Encoding.ASCII.GetBytes(
            OwnerCode.CreateFragment(Other, Peer, Seeds.Random())
        );
        var crossed = 0;
        for (uint source = 0; source < 2 * Steerer.CrossingChecksMax; source++)
        {
            var stranger = NetworkAddress.FromIPv4(0xC633_6400 + source, 7000);
            crossed +=
                _steerer.SteerCheck(fragment, stranger, Now).Action == SteeringAction.Cross ? 1 : 0;
        }

        Assert.Equal(Steerer.CrossingChecksMax, crossed);
        AssertDropped(SteeringReason.TooManyOfOtherPops, SteerCheck(Other, Peer));
        Assert.Equal(SteeringAction.Forward, SteerCheck(Key, Peer).Action);
        var later = Now + TimeSpan.FromSeconds(1);
        Assert.Equal(SteeringAction.Cross, _steerer.SteerCheck(fragment, Client, later).Action);
    }

    /// <summary>One address has its share and no more; the others' is left.</summary>
    [Fact]
    public void SteerCheck_FloodFromOneAddress_LeavesTheOthersTheirShare()
    {
        for (var count = 0; count < Steerer.CrossingChecksOfSourceMax; count++)
        {
            Assert.Equal(SteeringAction.Cross, SteerCheck(Other, Peer).Action);
        }

        AssertDropped(SteeringReason.TooManyOfOtherPops, SteerCheck(Other, Peer));
        var fragment = Encoding.ASCII.GetBytes(
            OwnerCode.CreateFragment(Other, Peer, Seeds.Random())
        );
        var crossing = 0;
        for (uint source = 0; source < 20; source++)
        {
            var another = NetworkAddress.FromIPv4(0xC633_6400 + source, 7000);
            crossing +=
                _steerer.SteerCheck(fragment, another, Now).Action == SteeringAction.Cross ? 1 : 0;
        }

        // Places are shared by chance: one of them may have the flooded one's.
        Assert.InRange(crossing, 18, 20);
    }

    /// <summary>Whose flow its owner has said to be its own does not share with strangers.</summary>
    [Fact]
    public void SteerCheck_OfAFlowThatHasCrossed_CrossesWhateverStrangersDo()
    {
        _steerer.Flows.Set(Client, new FlowOwner(Peer, Shard: 0) { OtherPop = Other.Pop }, Now);
        for (var count = 0; count < 2 * Steerer.CrossingChecksOfSourceMax; count++)
        {
            Assert.Equal(SteeringAction.Cross, SteerCheck(Other, Peer).Action);
        }
    }

    /// <summary>The bus between PoPs is that of rooms' media: a flow has its share of it, and all flows have theirs.</summary>
    [Fact]
    public void MayCross_MoreThanACameraSends_IsBounded()
    {
        var owner = new FlowOwner(Peer, Shard: 0) { OtherPop = Other.Pop };
        var bytes = 0L;
        for (var flow = 0; flow < 8; flow++)
        {
            var client = Client.WithPort((ushort)(6000 + flow));
            _steerer.Flows.Set(client, owner, Now);
            var ofFlow = 0L;
            while (_steerer.MayCross(client, 1000, Now))
            {
                ofFlow += 1000;
                // It is said again with each check: that does not begin the second anew.
                _steerer.Flows.Set(client, owner, Now);
            }

            Assert.InRange(ofFlow, 0, Steerer.CrossingFlowBytesMax);
            bytes += ofFlow;
        }

        Assert.InRange(bytes, Steerer.CrossingBytesMax - 2000, Steerer.CrossingBytesMax);
        Assert.True(_steerer.MayCross(Client.WithPort(6000), 1000, Now + TimeSpan.FromSeconds(1)));
    }

    /// <summary>A flow goes to the other PoP once its owner there has said so, and no longer than that is valid. Peers
    /// that have that node's number do not matter.</summary>
    [Fact]
    public void SteerFlow_OwnedInAnotherPop_GoesThere()
    {
        var owner = new FlowOwner(Peer, Shard: 0) { OtherPop = Other.Pop };
        _steerer.Flows.Set(Client, owner, Now);
        _steerer.SetView(new PopView(Pop, Self));

        Assert.Equal(
            new SteeringDecision(SteeringAction.Cross, SteeringReason.FlowOfOtherPop, owner),
            _steerer.SteerFlow(Client, FlowStage.Established, Now)
        );
        AssertDropped(
            SteeringReason.UnknownFlow,
            _steerer.SteerFlow(Client, FlowStage.Established, Now + FlowTable.Lifetime)
        );
        _steerer.Flows.Remove(Client, Peer);
        Assert.Equal(
            SteeringAction.Cross,
            _steerer.SteerFlow(Client, FlowStage.Established, Now).Action
        );
        _steerer.Flows.Remove(Client, owner);
        AssertDropped(
            SteeringReason.UnknownFlow,
            _steerer.SteerFlow(Client, FlowStage.Established, Now)
        );
    }

    /// <summary>Goal: junk and forged codes are never forwarded. Method: random bytes, and valid codes with one byte
    /// changed.</summary>
    [Fact]
    public void SteerCheck_Junk_IsNeverForwarded() =>
        Seeds.Check(
            random =>
            {
                var fragment = Encoding.ASCII.GetBytes(OwnerCode.CreateFragment(Key, Peer, random));
                var at = random.NextInt32(fragment.Length);
                fragment[at] ^= (byte)(1 + random.NextInt32(255));
                Assert.NotEqual(
                    SteeringAction.Forward,
                    _steerer.SteerCheck(fragment, Client, Now).Action
                );
                var junk = new byte[random.NextInt32(300)];
                random.Fill(junk);
                Assert.NotEqual(
                    SteeringAction.Forward,
                    _steerer.SteerCheck(junk, Client, Now).Action
                );
            },
            rounds: 500
        );

    [Fact]
    public void SteerFlow_WhatAPeerSaid_GoesToItsShard()
    {
        AssertDropped(
            SteeringReason.UnknownFlow,
            _steerer.SteerFlow(Client, FlowStage.Established, Now)
        );
        _steerer.Flows.Set(Client, new FlowOwner(Peer, 3), Now);

        Assert.Equal(
            new SteeringDecision(
                SteeringAction.Forward,
                SteeringReason.FlowOfPeer,
                new FlowOwner(Peer, 3)
            ),
            _steerer.SteerFlow(Client, FlowStage.Established, Now)
        );
    }

    /// <summary>What the client sends behind its check may be faster than the owner's word.</summary>
    /// <summary>A node that has both a proved claim of one and a check that names another: the check goes by its name, the rest by
    /// the claim.</summary>
    [Fact]
    public void SteerFlow_ProvedAndACheckOfAnother_GoesToWhoIsProved()
    {
        var owner = new FlowOwner(Peer, 1);
        var word = new FlowWord(Client, 1) { Proof = FlowProof.Proved };
        _steerer.Flows.Set(owner, word, Now);
        var check = SteerCheck(Key, OtherPeer);

        Assert.Equal(OtherPeer, check.Owner.Node);
        Assert.Equal(Peer, _steerer.SteerFlow(Client, FlowStage.Established, Now).Owner.Node);
        Assert.Equal(OtherPeer, _steerer.SteerFlow(Client, FlowStage.Opening, Now).Owner.Node);
        Assert.Equal(
            OtherPeer,
            _steerer.SteerOn([], Client, FlowStage.Opening, from: Peer, Now).Owner.Node
        );
    }

    [Fact]
    public void SteerFlow_BehindACheck_GoesWhereTheCheckWent()
    {
        _ = SteerCheck(Forged, Peer);
        AssertDropped(
            SteeringReason.UnknownFlow,
            _steerer.SteerFlow(Client, FlowStage.Established, Now)
        );
        var check = SteerCheck(Key, Peer);

        Assert.Equal(check.Owner, _steerer.SteerFlow(Client, FlowStage.Established, Now).Owner);
        var later = Now + FlowTable.GuessLifetime;
        AssertDropped(
            SteeringReason.UnknownFlow,
            _steerer.SteerFlow(Client, FlowStage.Established, later)
        );
    }

    [Fact]
    public void SetView_PeerGone_ItsFlowsAreForgotten()
    {
        _steerer.Flows.Set(Client, new FlowOwner(Peer, 3), Now);
        _steerer.SetView(new PopView(Pop, Self));
        AssertDropped(
            SteeringReason.UnknownFlow,
            _steerer.SteerFlow(Client, FlowStage.Established, Now)
        );
        AssertDropped(SteeringReason.OwnerGone, SteerCheck(Key, Peer));

        _steerer.SetView(new PopView(Pop, Self, Peer));

        AssertDropped(
            SteeringReason.UnknownFlow,
            _steerer.SteerFlow(Client, FlowStage.Established, Now)
        );
        Assert.Equal(SteeringAction.Forward, SteerCheck(Key, Peer).Action);
    }

    [Fact]
    public void SteerCheckAndSteerFlow_Any_AllocateNothing()
    {
        var fragment = Encoding.ASCII.GetBytes(OwnerCode.CreateFragment(Key, Peer, Seeds.Random()));
        var across = Encoding.ASCII.GetBytes(OwnerCode.CreateFragment(Other, Peer, Seeds.Random()));
        _steerer.Flows.Set(Client, new FlowOwner(Peer, 3), Now);
        AllocationAssert.None(() =>
        {
            _ = _steerer.SteerCheck(fragment, Client, Now);
            _ = _steerer.SteerFlow(Client, FlowStage.Established, Now);
            _ = _steerer.SteerCheck(across, Client, Now);
            _ = _steerer.MayCross(Client, 100, Now);
        });
    }

    private static void AssertDropped(SteeringReason reason, SteeringDecision decision) =>
        Assert.Equal(new SteeringDecision(SteeringAction.Drop, reason), decision);

    private SteeringDecision SteerCheck(PopKey key, ushort node) =>
        _steerer.SteerCheck(
            Encoding.ASCII.GetBytes(OwnerCode.CreateFragment(key, node, Seeds.Random())),
            Client,
            Now
        );
}
