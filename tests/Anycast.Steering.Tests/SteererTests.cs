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

    private static readonly Instant Now = Instant.FromMilliseconds(1000);
    private static readonly PopKey Key = PopKey.Create(Pop, id: 1, "the secret of this PoP.."u8);
    private static readonly PopKey Other = PopKey.Create(8, id: 1, "the secret of other PoPs"u8);
    private static readonly PopKey Forged = PopKey.Create(Pop, id: 1, "what a forger would draw"u8);
    private static readonly NetworkAddress Client = NetworkAddress.FromIPv4(0xC000_0201, 5003);

    private readonly Steerer _steerer = new(
        new PopKeyRing(Key),
        new FlowTable(Seeds.Random()),
        new PopView(Pop, Self, Peer)
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
        AssertDropped(SteeringReason.OtherPop, SteerCheck(Other, Peer));
        AssertDropped(SteeringReason.NoCode, SteerCheck(Forged, Peer));
        AssertDropped(SteeringReason.NoCode, _steerer.SteerCheck("abcd"u8, Client, Now));
        AssertDropped(SteeringReason.NoCode, _steerer.SteerCheck([], Client, Now));
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
        AssertDropped(SteeringReason.UnknownFlow, _steerer.SteerFlow(Client, Now));
        _steerer.Flows.Set(Client, new FlowOwner(Peer, 3), Now);

        Assert.Equal(
            new SteeringDecision(
                SteeringAction.Forward,
                SteeringReason.FlowOfPeer,
                new FlowOwner(Peer, 3)
            ),
            _steerer.SteerFlow(Client, Now)
        );
    }

    /// <summary>What the client sends behind its check may be faster than the owner's word.</summary>
    [Fact]
    public void SteerFlow_BehindACheck_GoesWhereTheCheckWent()
    {
        _ = SteerCheck(Forged, Peer);
        AssertDropped(SteeringReason.UnknownFlow, _steerer.SteerFlow(Client, Now));
        var check = SteerCheck(Key, Peer);

        Assert.Equal(check.Owner, _steerer.SteerFlow(Client, Now).Owner);
        var later = Now + FlowTable.GuessLifetime;
        AssertDropped(SteeringReason.UnknownFlow, _steerer.SteerFlow(Client, later));
    }

    [Fact]
    public void SetView_PeerGone_ItsFlowsAreForgotten()
    {
        _steerer.Flows.Set(Client, new FlowOwner(Peer, 3), Now);
        _steerer.SetView(new PopView(Pop, Self));
        AssertDropped(SteeringReason.UnknownFlow, _steerer.SteerFlow(Client, Now));
        AssertDropped(SteeringReason.OwnerGone, SteerCheck(Key, Peer));

        _steerer.SetView(new PopView(Pop, Self, Peer));

        AssertDropped(SteeringReason.UnknownFlow, _steerer.SteerFlow(Client, Now));
        Assert.Equal(SteeringAction.Forward, SteerCheck(Key, Peer).Action);
    }

    [Fact]
    public void SteerCheckAndSteerFlow_Any_AllocateNothing()
    {
        var fragment = Encoding.ASCII.GetBytes(OwnerCode.CreateFragment(Key, Peer, Seeds.Random()));
        _steerer.Flows.Set(Client, new FlowOwner(Peer, 3), Now);
        AllocationAssert.None(() =>
        {
            _ = _steerer.SteerCheck(fragment, Client, Now);
            _ = _steerer.SteerFlow(Client, Now);
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
