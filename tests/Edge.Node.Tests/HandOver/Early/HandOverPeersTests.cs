using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Early;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.HandOver.Early;

/// <summary>When other nodes are asked what they would take, and for how many sessions an answer is good.</summary>
public sealed class HandOverPeersTests
{
    private const ushort Node = 7;

    private Instant _now = Instant.Zero;
    private int _asked;
    private HandOverPeer? _answer = new(Node, Room: 2, Life: 1, Ticket: 3, KeyId: 0);

    [Fact]
    public async Task Find_Twice_IsAskedOnce()
    {
        var peers = Create();

        Assert.Same(_answer, await peers.FindAsync(Node));
        Assert.Same(_answer, await peers.FindAsync(Node));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Find_MoreThanItHasRoomFor_IsNothing()
    {
        var peers = Create();
        _ = await peers.FindAsync(Node);
        _ = await peers.FindAsync(Node);

        Assert.Null(await peers.FindAsync(Node));
    }

    /// <summary>A ticket is valid for half a minute: an old one is not used.</summary>
    [Fact]
    public async Task Find_AnswerIsOld_IsAskedAnew()
    {
        var peers = Create();
        _ = await peers.FindAsync(Node);
        _now += TimeSpan.FromSeconds(21);

        Assert.Same(_answer, await peers.FindAsync(Node));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Find_NodeTakesNothing_IsLeftAloneForAWhile()
    {
        _answer = null;
        var peers = Create();
        Assert.Null(await peers.FindAsync(Node));
        _now += TimeSpan.FromSeconds(9);
        Assert.Null(await peers.FindAsync(Node));
        Assert.Equal(1, _asked);

        _now += TimeSpan.FromSeconds(2);
        Assert.Null(await peers.FindAsync(Node));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Exclude_NodeRefused_IsLeftAloneThenAskedAnew()
    {
        var peers = Create();
        _ = await peers.FindAsync(Node);
        peers.Exclude(Node);

        Assert.Null(await peers.FindAsync(Node));
        _now += TimeSpan.FromSeconds(11);
        Assert.Same(_answer, await peers.FindAsync(Node));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Forget_TicketWasNotGood_IsAskedAnewAtOnce()
    {
        var peers = Create();
        _ = await peers.FindAsync(Node);
        peers.Forget(_answer!);

        Assert.Same(_answer, await peers.FindAsync(Node));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Forget_AskedAnewSince_ItsNewAnswerStays()
    {
        var peers = Create();
        _ = await peers.FindAsync(Node);
        peers.Forget(_answer! with { Ticket = _answer.Ticket + 1 });

        Assert.Same(_answer, await peers.FindAsync(Node));
        Assert.Equal(1, _asked);
    }

    private HandOverPeers Create() =>
        new(
            _ =>
            {
                _asked++;
                return Task.FromResult(_answer);
            },
            () => _now
        );
}
