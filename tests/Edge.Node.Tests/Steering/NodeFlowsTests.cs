using Anycast.Steering;
using Edge.Node.Steering;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>Whose an address is when several sessions of a node claim it.</summary>
public sealed class NodeFlowsTests
{
    private static readonly Instant Now = Instant.FromMilliseconds(100_000);
    private static readonly NetworkAddress Client = NetworkAddress.FromIPv4(0xC000_0201, 5000);

    private readonly NodeFlows<Holder> _flows = new();
    private readonly Holder _first = new() { IsConnected = true };
    private readonly Holder _second = new();

    [Fact]
    public void Set_NobodyIsProved_TheLastHasIt()
    {
        Assert.True(Set(_first, Instant.Never));
        Assert.False(Set(_first, Instant.Never));
        Assert.True(_flows.Set(Client, _second, Instant.Never, out var former, Now));

        Assert.Same(_first, former);
        Assert.True(_flows.TryFind(Client, out var found));
        Assert.Same(_second, found);
        Assert.False(_flows.IsHeld(Client, Now));
    }

    [Fact]
    public void Set_Proved_HoldsItForAWhile()
    {
        _ = Set(_first, Now);

        Assert.True(_flows.TryFindProof(Client, out var provedAt, Now));
        Assert.Equal(Now, provedAt);
        var end = Now + NodeFlows<Holder>.HeldFor;
        Assert.False(_flows.IsHeld(Client, end));
        Assert.Equal(FlowProof.Asked, _flows.WordOf(Client, shard: 1, end).Proof);
        // What comes from there says that it is still so, and not that it was proved again.
        Assert.True(_flows.Hold(Client, _first, end));
        Assert.False(_flows.Hold(Client, _first, end));
        Assert.False(_flows.Hold(Client, _second, end));
        var word = _flows.WordOf(Client, shard: 1, end);
        Assert.Equal(FlowProof.Proved, word.Proof);
        Assert.Equal(NodeFlows<Holder>.HeldFor, word.ProvedAgo);
        Assert.Equal(1, word.Shard);
    }

    /// <summary>A session that is over holds nothing.</summary>
    [Fact]
    public void Set_ProvedAndClosed_IsNobodys()
    {
        _ = Set(_first, Now);
        (_first.IsConnected, _first.IsClosed) = (false, true);

        Assert.False(_flows.IsHeld(Client, Now));
        Assert.False(_flows.TryFind(Client, out _));
    }

    [Fact]
    public void SetNewcomer_Handshake_IsForWhoIsNotConnected()
    {
        _ = Set(_first, Now);
        Assert.True(_flows.SetNewcomer(Client, _second));
        Assert.False(_flows.SetNewcomer(Client, _second));

        Assert.True(_flows.TryFindNewcomer(Client, isHandshake: true, out var found));
        Assert.Same(_second, found);
        Assert.True(_flows.TryFind(Client, out found));
        Assert.Same(_first, found);

        // One that is connected elsewhere waits for the answer to what it asked.
        _second.IsConnected = true;
        Assert.False(_flows.TryFindNewcomer(Client, isHandshake: true, out _));
        Assert.True(_flows.TryFindNewcomer(Client, isHandshake: false, out _));
    }

    [Fact]
    public void Set_NewcomerIsProved_IsNoNewcomerAnyMore()
    {
        _ = Set(_first, Now);
        _ = _flows.SetNewcomer(Client, _second);
        _second.IsConnected = true;

        Assert.True(_flows.Set(Client, _second, Now, out var former, Now));

        Assert.Same(_first, former);
        Assert.False(_flows.TryFindNewcomer(Client, isHandshake: false, out _));
        Assert.False(_flows.Remove(Client, _first));
        Assert.True(_flows.IsOf(Client, _second));
    }

    /// <summary>The owner's client is not known to be there any more: the newcomer's handshake goes on, until somebody claims the
    /// address after it, whose own would go to the newcomer.</summary>
    [Fact]
    public void Set_NobodyIsProvedAnyMore_FormerNewcomerIsNone()
    {
        _ = Set(_first, Now);
        _ = _flows.SetNewcomer(Client, _second);
        var end = Now + NodeFlows<Holder>.HeldFor;
        Assert.False(_flows.IsHeld(Client, end));
        Assert.True(_flows.TryFindNewcomer(Client, isHandshake: true, out _));

        var third = new Holder();
        Assert.True(_flows.Set(Client, third, Instant.Never, out _, end));
        Assert.True(_flows.TryFind(Client, out var found));
        Assert.Same(third, found);
        Assert.False(_flows.TryFindNewcomer(Client, isHandshake: true, out _));
    }

    [Fact]
    public void Remove_OwnerWithANewcomer_LeavesItTheAddress()
    {
        _ = Set(_first, Now);
        _ = _flows.SetNewcomer(Client, _second);
        Assert.True(_flows.Remove(Client, _first));

        Assert.True(_flows.IsOf(Client, _second));
        Assert.True(_flows.Remove(Client, _second));
        Assert.Empty(_flows.All);
        Assert.False(_flows.TryFindNewcomer(Client, isHandshake: false, out _));
    }

    /// <summary>Another node's client is proved there by now: who was new here is so still.</summary>
    [Fact]
    public void Yield_OwnerWithANewcomer_LeavesTheNewcomerNew()
    {
        _ = Set(_first, Now - TimeSpan.FromSeconds(1));
        _ = _flows.SetNewcomer(Client, _second);
        Assert.False(Yield(FlowProof.Proved, out var former));

        Assert.Same(_first, former);
        Assert.False(_flows.TryFind(Client, out _));
        Assert.True(_flows.TryFindNewcomer(Client, isHandshake: true, out _));
        Assert.True(_flows.Remove(Client, _second));
        Assert.False(_flows.TryFindNewcomer(Client, isHandshake: true, out _));
    }

    /// <summary>Whose handshake is under way goes on with it where another node's client was; where that is only about to begin, it
    /// came last.</summary>
    [Theory]
    [InlineData(FlowProof.Proved, true)]
    [InlineData(FlowProof.Asked, false)]
    [InlineData(FlowProof.Unsaid, false)]
    public void Yield_OwnerThatIsNotConnected_IsNewWhereTheOtherIsProved(
        FlowProof proof,
        bool isNew
    )
    {
        _ = Set(_second, Instant.Never);
        Assert.Equal(isNew, Yield(proof, out var former));

        Assert.Same(_second, former);
        Assert.False(_flows.TryFind(Client, out _));
        Assert.Equal(isNew, _flows.TryFindNewcomer(Client, isHandshake: true, out _));
    }

    /// <summary>A session of another node began there after the newcomer: who is proved stays, and the handshake is not the former
    /// newcomer's.</summary>
    [Fact]
    public void Yield_WithstoodClaimOfWhoBegins_NewcomerIsNone()
    {
        _ = Set(_first, Now);
        _ = _flows.SetNewcomer(Client, _second);
        Assert.False(Yield(FlowProof.Asked, out var former));

        Assert.Null(former);
        Assert.True(_flows.IsOf(Client, _first));
        Assert.False(_flows.TryFindNewcomer(Client, isHandshake: true, out _));
    }

    /// <summary>What another node says of an address where a client of this one was proved to be ten seconds ago.</summary>
    [Theory]
    [InlineData(FlowProof.Unsaid, 0, false, false)]
    [InlineData(FlowProof.Asked, 0, false, true)]
    [InlineData(FlowProof.Proved, 1, false, false)]
    [InlineData(FlowProof.Proved, 1, true, false)]
    [InlineData(FlowProof.Proved, 20, false, true)]
    [InlineData(FlowProof.Proved, 10, false, false)]
    [InlineData(FlowProof.Proved, 10, true, true)]
    public void Withstands_ClaimOfAnotherNode_WhatIsNotProvedLater(
        FlowProof proof,
        int secondsAgo,
        bool isRepeated,
        bool withstands
    )
    {
        _ = Set(_first, Now - TimeSpan.FromSeconds(10));
        var claim = new FlowWord(Client, Shard: 0)
        {
            Proof = proof,
            ProvedAgo = TimeSpan.FromSeconds(secondsAgo),
            IsRepeated = isRepeated,
        };

        Assert.Equal(withstands, _flows.Withstands(claim, Now));
        Assert.False(_flows.Withstands(claim, Now + NodeFlows<Holder>.HeldFor));
    }

    /// <summary>TryFind, TryFindNewcomer, TryFindProof, IsOf, IsHeld, Hold.</summary>
    [Fact]
    public void TryFindAndHold_Any_AllocateNothing()
    {
        _ = Set(_first, Now);
        _ = _flows.SetNewcomer(Client, _second);
        AllocationAssert.None(() =>
        {
            _ = _flows.TryFind(Client, out _);
            _ = _flows.TryFindNewcomer(Client, isHandshake: true, out _);
            _ = _flows.TryFindProof(Client, out _, Now);
            _ = _flows.IsOf(Client, _first);
            _ = _flows.IsHeld(Client, Now);
            _ = _flows.Hold(Client, _first, Now);
        });
    }

    private bool Yield(FlowProof proof, out Holder? former) =>
        _flows.Yield(new FlowWord(Client, Shard: 0) { Proof = proof }, out former, Now);

    private bool Set(Holder session, Instant provedAt) =>
        _flows.Set(Client, session, provedAt, out _, Now);

    private sealed class Holder : IFlowHolder
    {
        public bool IsClosed { get; set; }

        public bool IsConnected { get; set; }
    }
}
