using Anycast.Takeover;
using Control.Contract;
using Edge.Node.Sessions;
using Edge.Node.Takeover.Keeping;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Xunit;
using SessionKey = Anycast.Takeover.SessionKey;

namespace Edge.Node.Tests.Takeover.Keeping;

/// <summary>What a session's shard tells becomes reservations, and what is reserved is granted to it, once.</summary>
/// <remarks>The node is alone: what it asks for is reserved as soon as it is due.</remarks>
public sealed class OwnSessionTests : IDisposable
{
    private const long First = 1000;

    /// <summary>How far a receiver guesses right: half of the sequence numbers (RFC 3711 §3.3.1).</summary>
    private const int Reach = 1 << 15;

    private static readonly Ssrc Source = new(7);
    private static readonly SessionKey Key = new(42);

    private readonly KeptPair _pair = new();
    private readonly TakeoverNode _core = new(
        node: 1,
        life: 1,
        new TakeoverOptions(),
        Prng.FromNumber(1)
    );

    private readonly OwnSession _own;
    private Instant _now = Instant.Zero + TimeSpan.FromSeconds(1);

    public OwnSessionTests()
    {
        _own = Create();
        Assert.True(_core.TryCreate(Key, _now));
    }

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void TakeGrants_NothingWasTold_IsEmpty() => Assert.Empty(_own.TakeGrants(_now));

    [Fact]
    public void TakeGrants_NotReservedYet_IsEmpty()
    {
        _own.Handle(Report(Rtp(First - 1)), _core, _now);

        Assert.Empty(_own.TakeGrants(_now));
    }

    [Theory]
    [InlineData(IndexSpace.Rtp, 7U)]
    [InlineData(IndexSpace.Rtcp, 0U)]
    [InlineData(IndexSpace.Record, 0U)]
    internal void TakeGrants_IsReserved_IsGrantedFromTheFirstOn(IndexSpace space, uint ssrc)
    {
        var granted = Assert.Single(
            Tell(new KeptIndices(new(space, new Ssrc(ssrc), First - 1), First, Reported: null))
        );

        Assert.Equal((space, new Ssrc(ssrc)), (granted.Bound.Space, granted.Bound.Ssrc));
        Assert.True(granted.Bound.Last >= First, $"Only {granted.Bound.Last} is granted.");
        // More is asked for while there is some left.
        Assert.InRange(granted.AskAfter, First - 1, granted.Bound.Last - 1);
    }

    [Fact]
    public void TakeGrants_SomeStreams_EachIsGranted()
    {
        var grants = Tell(Rtp(First - 1), Rtcp(-1, first: 0));

        Assert.Equal(
            [IndexSpace.Rtp, IndexSpace.Rtcp],
            grants.Select(granted => granted.Bound.Space).Order()
        );
    }

    [Fact]
    public void TakeGrants_Again_IsSaidOnce()
    {
        _ = Tell(Rtp(First - 1));

        Assert.Empty(_own.TakeGrants(_now));
        Assert.Empty(Tell(Rtp(First - 1)));
    }

    /// <summary>At the mark that its shard was told, it tells how far it is, and gets more before it needs it.</summary>
    [Fact]
    public void TakeGrants_MarkIsPassed_MoreIsGranted()
    {
        var granted = Assert.Single(Tell(Rtcp(-1, first: 0)));
        for (var round = 0; round < 20; round++)
        {
            var used = granted.AskAfter + 1;
            var more = Assert.Single(Tell(Rtcp(used, first: 0)));
            Assert.True(more.Bound.Last > granted.Bound.Last, "No more is granted.");
            Assert.InRange(more.AskAfter, used, more.Bound.Last - 1);
            granted = more;
        }
    }

    /// <summary>Of a client that is silent: it would guess wrong what is further than it has got.</summary>
    [Fact]
    public void TakeGrants_ClientReportsNothing_StopsWhereItWouldGuessWrong()
    {
        var last = UseAll();

        Assert.InRange(last, First, First - 1 + Reach - 1);
        Assert.Empty(Tell(Rtp(last)));
    }

    [Fact]
    public void TakeGrants_ClientReports_GoesOn()
    {
        var last = UseAll();

        var granted = Assert.Single(Tell(Rtp(last, reported: last)));

        Assert.InRange(granted.Bound.Last, last + 1, last + Reach - 1);
    }

    /// <summary>A client cannot have what was never sent: such a lie brings it nothing.</summary>
    [Fact]
    public void TakeGrants_ClientReportsWhatWasNotSent_NoFurtherThanWhatWas()
    {
        var last = UseAll();

        var granted = Assert.Single(Tell(Rtp(last, reported: long.MaxValue)));

        Assert.InRange(granted.Bound.Last, last + 1, last + Reach - 1);
    }

    /// <summary>A sequence number that nobody could guess from is not begun at.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(Reach)]
    [InlineData(long.MaxValue)]
    public void Handle_FirstIsNone_IsLeftOut(long first)
    {
        var other = new KeptIndices(new(IndexSpace.Rtp, new Ssrc(8), -1), first, Reported: null);

        var granted = Assert.Single(Tell(other, Rtp(First - 1)));

        Assert.Equal(Source, granted.Bound.Ssrc);
    }

    [Fact]
    public void Handle_SpaceIsUnknown_IsLeftOut() =>
        Assert.Empty(Tell(new KeptIndices(new((IndexSpace)9, Source, -1), 0, Reported: null)));

    [Fact]
    public void Handle_Report_SaysWhetherThereAreKeys()
    {
        Assert.False(_own.IsConnected);
        _own.Handle(Report() with { IsConnected = true }, _core, _now);
        Assert.True(_own.IsConnected);
    }

    /// <summary>Another one goes on with the session: its shard knows of nothing that was granted.</summary>
    [Fact]
    public void Take_LeasesOfBefore_IsGrantedAnew()
    {
        var before = Tell(Rtp(First - 1), Rtcp(-1, first: 0));
        var next = Create();

        next.Take(_core.Leases(Key));

        Assert.Equal(before, next.TakeGrants(_now));
    }

    [Fact]
    public void Take_Twice_IsGrantedOnce()
    {
        _ = Tell(Rtp(First - 1));

        _own.Take(_core.Leases(Key));

        Assert.Empty(_own.TakeGrants(_now));
    }

    /// <summary>Nothing is granted of a session that is over, or another node's.</summary>
    [Fact]
    public void TakeGrants_SessionIsOver_IsEmpty()
    {
        _own.Handle(Report(Rtp(First - 1)), _core, _now);
        _core.HandleTimeout(_now);

        _core.End(Key, _now);

        Assert.Empty(_own.TakeGrants(_now));
        Assert.Empty(Tell(Rtp(First + 10)));
    }

    /// <summary>What was not granted in time is, however late it is reserved.</summary>
    [Fact]
    public void TakeGrants_ReservedLongAfterTheReport_IsGranted()
    {
        _own.Handle(Report(Rtp(First - 1)), _core, _now);
        Assert.Empty(_own.TakeGrants(_now));
        _now += TimeSpan.FromMinutes(1);
        Assert.Empty(_own.TakeGrants(_now));

        _core.HandleTimeout(_now);

        Assert.Single(_own.TakeGrants(_now));
    }

    /// <summary>Uses whatever is granted until nothing more is; returns the last index.</summary>
    private long UseAll()
    {
        var last = First - 1;
        for (var round = 0; round < 1000; round++)
        {
            if (Tell(Rtp(last)) is not [var granted])
            {
                return last;
            }

            Assert.True(granted.Bound.Last > last, "Less is granted than was used.");
            last = granted.Bound.Last;
        }

        throw new Xunit.Sdk.XunitException("It never ends.");
    }

    /// <summary>Its shard tells, and what is due is done; returns what is granted by that.</summary>
    private IReadOnlyList<GrantedIndices> Tell(params KeptIndices[] indices)
    {
        _now += TimeSpan.FromMilliseconds(10);
        _own.Handle(Report(indices), _core, _now);
        _core.HandleTimeout(_now);
        return _own.TakeGrants(_now);
    }

    private static KeptIndices Rtp(long last, long? reported = null) =>
        new(new(IndexSpace.Rtp, Source, last), First, reported);

    private static KeptIndices Rtcp(long last, long first) =>
        new(new(IndexSpace.Rtcp, default, last), first, Reported: null);

    private KeptReport Report(params KeptIndices[] indices) =>
        new(_own.Media, [.. indices], Received: [], IsConnected: false, HasLapsed: false);

    private OwnSession Create() =>
        new(
            SampleSession.Create(
                _pair.Peer,
                "a",
                SessionRole.Publisher,
                new StreamKey("app", "show")
            ),
            Key
        );
}
