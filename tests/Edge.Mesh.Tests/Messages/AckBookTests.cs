using Edge.Mesh.Messages;
using Edge.Primitives;
using Xunit;

namespace Edge.Mesh.Tests.Messages;

/// <summary>Which messages everybody has acknowledged, who is asked again, and who is given up.</summary>
public sealed class AckBookTests
{
    private static readonly NodeAddress Near = new(1, 2);
    private static readonly NodeAddress Far = new(2, 1);

    private readonly AckBook _book = new();
    private Instant _now = Instant.Zero;

    [Fact]
    public void Send_NobodyTakesMessages_IsSettledAtOnce()
    {
        Assert.Equal(1UL, _book.Send(_now));
        Assert.False(_book.HasOutstanding);
    }

    /// <summary>A channel that comes from another node goes on counting; nothing of before is outstanding.</summary>
    [Fact]
    public void Send_GoesOnFromAnotherNode_NumbersGoOn()
    {
        var book = new AckBook(last: 41);
        Assert.True(book.TryJoin(Near, _now));
        Assert.False(book.HasOutstanding);

        Assert.Equal(42UL, book.Send(_now));

        Assert.True(book.HasOutstanding);
        book.HandleAck(Near, 42, _now);
        Assert.False(book.HasOutstanding);
    }

    [Fact]
    public void HandleAck_Settled_IsWhatTheSlowestHas()
    {
        Join(Near, Far);
        Send(3);
        _book.HandleAck(Near, 3, _now);
        Assert.Equal(0UL, _book.Settled);
        _book.HandleAck(Far, 2, _now);
        Assert.Equal(2UL, _book.Settled);
        _book.HandleAck(Far, 1, _now);
        Assert.Equal(2UL, _book.Settled);
        Assert.True(_book.TryLeave(Far));

        Assert.False(_book.HasOutstanding);
    }

    /// <summary>What nobody sent cannot have been taken.</summary>
    [Fact]
    public void HandleAck_BeyondTheLastOrOfAStranger_ChangesNothing()
    {
        Join(Near);
        Send(1);
        _book.HandleAck(Near, 2, _now);
        _book.HandleAck(Far, 1, _now);

        Assert.True(_book.HasOutstanding);
    }

    [Fact]
    public void TryJoin_Late_OwesOnlyWhatComesAfter()
    {
        Send(4);
        Join(Near);
        Assert.False(_book.HasOutstanding);
        Send(1);

        Assert.Equal(4UL, _book.Settled);
    }

    [Fact]
    public void TryJoin_Again_KeepsWhatIsOwed()
    {
        Join(Near);
        Send(2);
        Join(Near);

        Assert.Equal(0UL, _book.Settled);
    }

    [Fact]
    public void TakesProbe_Outstanding_OnceInEachInterval()
    {
        Join(Near);
        Assert.False(_book.TakesProbe(_now + TimeSpan.FromHours(1)));
        Send(1);
        Pass(0.9);
        Assert.False(_book.TakesProbe(_now));
        Pass(0.2);
        Assert.True(_book.TakesProbe(_now));
        Assert.False(_book.TakesProbe(_now));
        Pass(1);
        Assert.True(_book.TakesProbe(_now));
        _book.HandleAck(Near, 1, _now);
        Pass(10);

        Assert.False(_book.TakesProbe(_now));
    }

    [Fact]
    public void TryTakeStalled_NothingAcknowledged_GivesUpThatOneOnly()
    {
        Join(Near, Far);
        Send(1);
        Pass(4);
        _book.HandleAck(Near, 1, _now);
        Send(1);
        Assert.False(_book.TryTakeStalled(_now, out _));
        Pass(1);
        Assert.True(_book.TryTakeStalled(_now, out var stalled));
        Assert.Equal(Far, stalled);
        Assert.False(_book.TryTakeStalled(_now, out _));

        Assert.Equal(1UL, _book.Settled);
    }

    /// <summary>Time without anything outstanding is not held against anybody.</summary>
    [Fact]
    public void TryTakeStalled_SilenceBefore_DoesNotCount()
    {
        Join(Near);
        Pass(60);
        Send(1);
        Pass(4);

        Assert.False(_book.TryTakeStalled(_now, out _));
    }

    /// <summary>Who is slow but goes on is never given up.</summary>
    [Fact]
    public void TryTakeStalled_AlwaysBehindButGoingOn_IsKept()
    {
        Join(Near);
        Send(100);
        for (ulong number = 1; number <= 100; number++)
        {
            Pass(4);
            Assert.False(_book.TryTakeStalled(_now, out _));
            _book.HandleAck(Near, number, _now);
        }

        Assert.False(_book.HasOutstanding);
    }

    [Fact]
    public void TryJoin_TooMany_IsRefused()
    {
        for (var node = 0; node < AckBook.WatchersMax; node++)
        {
            Assert.True(_book.TryJoin(new NodeAddress(9, (ushort)node), _now));
        }

        Assert.False(_book.TryJoin(Near, _now));
        Assert.True(_book.TryJoin(new NodeAddress(9, 0), _now));
    }

    [Fact]
    public void HasAny_Nodes_ByPop()
    {
        Join(Near);
        Assert.Equal((true, false), (_book.HasAnyOf(1), _book.HasAnyBeyond(1)));
        Join(Far);
        Assert.Equal((true, true), (_book.HasAnyOf(1), _book.HasAnyBeyond(1)));
    }

    private void Join(params NodeAddress[] nodes)
    {
        foreach (var node in nodes)
        {
            Assert.True(_book.TryJoin(node, _now));
        }
    }

    private void Send(int count)
    {
        for (; count > 0; count--)
        {
            _book.Send(_now);
        }
    }

    private void Pass(double seconds) => _now += TimeSpan.FromSeconds(seconds);
}
