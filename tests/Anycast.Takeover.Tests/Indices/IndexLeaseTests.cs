using Anycast.Takeover.Indices;
using Anycast.Takeover.Voting;
using Edge.Testing;
using Xunit;

namespace Anycast.Takeover.Tests.Indices;

public sealed class IndexLeaseTests
{
    private const int Ahead = 1 << 14;
    private const int Reach = 1 << 15;

    [Fact]
    public void TryTake_WhileNothingIsStored_TakesNothing()
    {
        var lease = Srtp(first: 100);

        Assert.False(lease.TryTake(out _));
        Assert.True(lease.IsStalled);
    }

    [Fact]
    public void TryTake_UpToTheBound_ThenStalls()
    {
        var lease = Srtp(first: 100);
        lease.Raise(102);

        Assert.Equal([100, 101, 102], TakeAll(lease));
        Assert.True(lease.IsStalled);
    }

    [Fact]
    public void TryTake_AtHalfOfTheReserve_WantsMore()
    {
        var lease = Srtp(first: 0);
        lease.Asked();
        lease.Raise(99);
        for (var taken = 0; taken < 50; taken++)
        {
            Assert.True(lease.TryTake(out _));
            Assert.False(lease.IsWanting);
        }

        Assert.True(lease.TryTake(out _));
        Assert.True(lease.IsWanting);
    }

    [Fact]
    public void TryTake_WhenClosed_TakesNothingEverAgain()
    {
        var lease = Srtp(first: 0);
        lease.Raise(99);
        lease.Close();
        lease.Raise(1000);

        Assert.False(lease.TryTake(out _));
        Assert.True(lease.IsClosed);
    }

    /// <summary>What leaves numbers out may find nothing to use before all is used.</summary>
    [Fact]
    public void HandleLapsed_StalledUntilMoreIsStored()
    {
        var lease = Srtp(first: 100);
        lease.Raise(199);
        lease.HandleUsed(198);
        lease.Asked();
        Assert.False(lease.IsStalled);
        lease.HandleLapsed();
        Assert.True(lease.IsStalled && lease.IsWanting);

        lease.Raise(299);
        Assert.False(lease.IsStalled);
        lease.Close();
        lease.Asked();
        lease.HandleLapsed();
        Assert.False(lease.IsWanting);
    }

    /// <summary>RFC 3711 §3.3.1: who has the floor guesses wrong from 2^15 above it.</summary>
    [Fact]
    public void TryTake_OfASilentReceiver_StopsWhereItsGuessDoes()
    {
        var lease = Srtp(first: 0);
        lease.Raise(1 << 20);

        Assert.Equal(Reach - 1, TakeAll(lease).Count);
        lease.Received(10);
        Assert.Equal(11, TakeAll(lease).Count);
    }

    [Fact]
    public void Received_OfWhatWasNeverSent_IsNotBelieved()
    {
        var lease = Srtp(first: 0);
        lease.Raise(9);
        _ = TakeAll(lease);
        lease.Received(1_000_000);

        Assert.Equal(9, lease.Floor);
    }

    [Fact]
    public void Target_OfAReceiverThatHasAll_IsHalfOfWhatItsGuessReaches()
    {
        var lease = Srtp(first: 0);
        lease.Raise(999);
        _ = TakeAll(lease);
        lease.Received(999);

        Assert.Equal(999 + Ahead, lease.Target());
    }

    /// <summary>Owner after owner dies before the receiver has a packet of any of them: each begins above the whole reserve
    /// of the one before, and there is still room.</summary>
    [Fact]
    public void Target_OfOwnersOfWhomNothingIsReceived_HalvesWhatIsLeft()
    {
        var floor = -1L;
        var first = 0L;
        for (var owner = 0; owner < 10; owner++)
        {
            var lease = Lease(StreamKind.Srtp);
            lease.Begin(first, floor);
            var target = lease.Target();
            Assert.InRange(target, first, floor + Reach - 1);
            first = target + 1;
        }

        Assert.InRange(first, Reach - 100, Reach - 1);
    }

    [Theory]
    [InlineData(StreamKind.Srtcp, (1L << 31) - 1)]
    [InlineData(StreamKind.Dtls, (1L << 48) - 1)]
    public void Target_AtTheEndOfAnExplicitIndex_IsTheLastOne(StreamKind kind, long last)
    {
        var lease = Lease(kind);
        lease.Begin(last - 2, floor: 0);

        Assert.Equal(last, lease.Target());
        lease.Raise(last);
        Assert.Equal([last - 2, last - 1, last], TakeAll(lease));
        Assert.False(lease.TryTake(out _));
    }

    [Fact]
    public void Granted_OfWhatIsStored_IsTheLastThatTryTakeGives()
    {
        var lease = Srtp(first: 100);
        Assert.True(lease.Granted < lease.Next);
        lease.Raise(102);

        Assert.Equal(102, lease.Granted);
        Assert.Equal(lease.Granted, TakeAll(lease)[^1]);
        Assert.Equal(102, lease.Granted);
        lease.Close();
        Assert.True(lease.Granted < 0);
    }

    /// <summary>RFC 3711 §3.3.1: whatever is stored, a receiver that is silent guesses wrong from 2^15 above its floor.</summary>
    [Fact]
    public void Granted_OfASilentReceiver_StopsWhereItsGuessDoes()
    {
        var lease = Srtp(first: 0);
        lease.Raise(1 << 20);
        Assert.Equal(Reach - 2, lease.Granted);

        lease.HandleUsed(lease.Granted);
        Assert.True(lease.IsStalled);
        Assert.Equal(Reach - 2, lease.Granted);
        lease.Received(10);
        Assert.Equal(Reach - 2 + 11, lease.Granted);
        Assert.Equal(11, TakeAll(lease).Count);
    }

    [Fact]
    public void HandleUsed_UpToAnIndex_TryTakeGoesOnBehindIt()
    {
        var lease = Srtp(first: 100);
        lease.Raise(110);
        lease.HandleUsed(104);
        Assert.Equal(105, lease.Next);
        // Told late, and again.
        lease.HandleUsed(103);
        lease.HandleUsed(104);
        lease.HandleUsed(-1);

        Assert.Equal([105, 106, 107, 108, 109, 110], TakeAll(lease));
        lease.HandleUsed(107);
        Assert.False(lease.TryTake(out _));
    }

    [Fact]
    public void HandleUsed_AtHalfOfTheReserve_WantsMore()
    {
        var lease = Srtp(first: 0);
        lease.Asked();
        lease.Raise(99);
        lease.HandleUsed(48);
        Assert.False(lease.IsWanting);
        lease.HandleUsed(49);
        Assert.True(lease.IsWanting);
        Assert.False(lease.IsStalled);

        lease.Asked();
        lease.Raise(199);
        Assert.Equal(199, lease.Granted);
        Assert.False(lease.IsWanting);
    }

    /// <summary>All of it is used: more is wanted, and the lease is stalled until there is more.</summary>
    [Fact]
    public void HandleUsed_OfAllThatIsGranted_StallsUntilMoreIsStored()
    {
        var lease = Srtp(first: 0);
        lease.Raise(9);
        lease.HandleUsed(lease.Granted);
        Assert.True(lease.IsStalled);
        Assert.True(lease.IsWanting);

        lease.Raise(19);
        Assert.False(lease.IsStalled);
        Assert.Equal(10, lease.Next);
        Assert.Equal(19, lease.Granted);
    }

    /// <summary>A stream that sent before it was kept: nothing of that may be sent again, and what is reserved is above it.</summary>
    [Fact]
    public void HandleUsed_BeyondWhatIsGranted_ReservesAboveIt()
    {
        var lease = Lease(StreamKind.Srtcp);
        lease.Begin(1, floor: 0);
        lease.HandleUsed(500);
        Assert.Equal(501, lease.Next);
        Assert.True(lease.Granted < lease.Next);
        Assert.True(lease.Target() > 500);

        lease.Raise(502);
        Assert.Equal([501, 502], TakeAll(lease));
    }

    [Fact]
    public void HandleUsed_WhenClosed_ChangesNothing()
    {
        var lease = Srtp(first: 0);
        lease.Raise(99);
        lease.Asked();
        lease.Close();
        var granted = lease.Granted;
        lease.HandleUsed(50);

        Assert.Equal(granted, lease.Granted);
        Assert.False(lease.IsWanting);
        Assert.False(lease.TryTake(out _));
    }

    /// <summary>Whatever comes in which order, told as late as may be: what may be used never goes back, is no more than what is
    /// stored and the receiver's guess reaches, and no index is given that was used.</summary>
    [Theory]
    [InlineData(StreamKind.Srtp)]
    [InlineData(StreamKind.Srtcp)]
    [InlineData(StreamKind.Dtls)]
    public void HandleUsed_AnyOrder_GrantedNeverGoesBackAndNoIndexTwice(StreamKind kind) =>
        Seeds.Check(
            (_, random) =>
            {
                var first = (long)random.NextInt32(1 << 15);
                var lease = Lease(kind);
                lease.Begin(first, first - 1);
                var used = first - 1;
                var stored = first - 1;
                var told = lease.Granted;
                for (var step = 0; step < 2000; step++)
                {
                    switch (random.NextInt32(5))
                    {
                        case 0:
                            stored = Math.Max(stored, used + random.NextInt32(3000) - 1000);
                            lease.Raise(stored);
                            break;
                        case 1:
                            lease.Received(first + random.NextInt32(60_000));
                            break;
                        case 2:
                            // Elsewhere, up to what was told at some time.
                            used += random.NextInt32((int)Math.Min(told - used, 2000) + 1);
                            break;
                        case 3:
                            var next = lease.Next;
                            lease.HandleUsed(used - random.NextInt32(3));
                            Assert.True(lease.Next >= next, $"{lease.Next} after {next}");
                            Assert.True(lease.Next <= used + 1);
                            break;
                        default:
                            // One thread takes: what the other used has been told.
                            lease.HandleUsed(used);
                            Assert.Equal(used + 1, lease.Next);
                            var isTaken = lease.TryTake(out var index);
                            Assert.Equal(used < lease.Granted, isTaken);
                            Assert.True(!isTaken || index == used + 1, $"{index} after {used}");
                            used += isTaken ? 1 : 0;
                            break;
                    }

                    Assert.True(lease.Granted >= told, $"{lease.Granted} after {told}");
                    told = lease.Granted;
                    Assert.True(told <= stored);
                    Assert.True(kind != StreamKind.Srtp || told < lease.Floor + Reach);
                    Assert.True(lease.Floor <= used);
                }
            },
            rounds: 20
        );

    [Fact]
    public void TryTake_Allocates_Nothing()
    {
        var lease = Lease(StreamKind.Dtls);
        lease.Begin(0, -1);
        AllocationAssert.None(
            lease,
            static lease =>
            {
                lease.Raise(lease.Next + 3);
                _ = lease.TryTake(out _);
                _ = lease.TryTake(out _);
                _ = lease.TryTake(out _);
                _ = lease.TryTake(out _);
                _ = lease.TryTake(out _);
            }
        );
    }

    private static IndexLease Srtp(long first)
    {
        var lease = Lease(StreamKind.Srtp);
        lease.Begin(first, first - 1);
        return lease;
    }

    private static IndexLease Lease(StreamKind kind) =>
        new(
            new StreamId(kind, 1, 7),
            StreamLimits.Of(kind, new TakeoverOptions()),
            new LeaseBook(new SessionKey(1), []),
            SafetyRules.Instance
        );

    private static List<long> TakeAll(IndexLease lease)
    {
        var taken = new List<long>();
        while (lease.TryTake(out var index))
        {
            taken.Add(index);
        }

        return taken;
    }
}
