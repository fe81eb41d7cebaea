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

    /// <summary>Another thread sends: it is told what it may use, and says how far it came.</summary>
    [Fact]
    public void HandleUsed_UpToHalfAndToTheEnd_WantsAndStalls()
    {
        var lease = Srtp(first: 100);
        Assert.Equal(99, lease.Granted);
        lease.Asked();
        lease.Raise(199);
        Assert.Equal(199, lease.Granted);
        lease.HandleUsed(120);
        Assert.False(lease.IsWanting);
        lease.HandleUsed(110);
        lease.HandleUsed(160);
        Assert.True(lease.IsWanting);
        Assert.Equal(161, lease.Next);
        Assert.Equal(199, lease.Granted);

        lease.HandleUsed(199);
        Assert.True(lease.IsStalled);
        Assert.False(lease.TryTake(out _));
        lease.Close();
        Assert.Equal(long.MinValue, lease.Granted);
        lease.HandleUsed(500);
        Assert.Equal(200, lease.Next);
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
