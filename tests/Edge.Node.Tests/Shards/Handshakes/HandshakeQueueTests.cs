using Edge.Node.Shards;
using Edge.Node.Shards.Handshakes;
using Xunit;

namespace Edge.Node.Tests.Shards.Handshakes;

/// <summary>Datagrams of handshakes that wait.</summary>
public sealed class HandshakeQueueTests
{
    [Fact]
    public void TryTake_OfBothStages_TakesBegunFirstAndEachInOrder()
    {
        var queue = new HandshakeQueue<string>();
        Assert.True(queue.TryAdd(Of("a"), HandshakeStage.Fresh));
        Assert.True(queue.TryAdd(Of("b"), HandshakeStage.Fresh));
        Assert.True(queue.TryAdd(Of("c"), HandshakeStage.Begun));
        Assert.True(queue.TryAdd(Of("d"), HandshakeStage.Begun));

        Assert.Equal(["c", "d", "a", "b"], TakeAll(queue));
        Assert.Equal(0, queue.Count);
    }

    /// <summary>One client repeats its ClientHello without end.</summary>
    [Fact]
    public void TryAdd_TooManyOfOneClient_LeavesRoomForOthers()
    {
        var queue = new HandshakeQueue<string>();
        var taken = 0;
        while (taken < 1000 && queue.TryAdd(Of("a"), HandshakeStage.Fresh))
        {
            taken++;
        }

        Assert.Equal(HandshakeQueue<string>.CountOfOneMax, taken);
        Assert.True(queue.TryAdd(Of("b"), HandshakeStage.Fresh));
        // What it sends once it was answered is counted for itself.
        Assert.True(queue.TryAdd(Of("a"), HandshakeStage.Begun));
    }

    /// <summary>However many ClientHellos come, those who were answered get on.</summary>
    [Fact]
    public void TryAdd_FullOfFreshOnes_LeavesRoomForBegunOnes()
    {
        var queue = new HandshakeQueue<string>();
        for (var client = 0; client < HandshakeQueue<string>.CountMax; client++)
        {
            Assert.True(queue.TryAdd(Of($"{client}"), HandshakeStage.Fresh));
        }

        Assert.False(queue.TryAdd(Of("fresh"), HandshakeStage.Fresh));
        Assert.True(queue.TryAdd(Of("begun"), HandshakeStage.Begun));
        Assert.Equal("begun", TakeAll(queue)[0]);
    }

    /// <summary>Media behind the last flight of a handshake is taken behind it, also where the client repeated itself.</summary>
    [Fact]
    public void TryAddBehind_SomethingWaits_IsTakenAfterIt()
    {
        var queue = new HandshakeQueue<string>();
        Assert.False(queue.Holds("a"));
        Assert.True(queue.TryAdd(Of("a", turn: 1), HandshakeStage.Begun));
        Assert.True(queue.TryAdd(Of("b", turn: 2), HandshakeStage.Begun));
        Assert.True(queue.Holds("a"));
        Assert.True(queue.TryAddBehind(Of("a", turn: 3)));
        Assert.True(queue.TryAdd(Of("b", turn: 4), HandshakeStage.Fresh));
        Assert.True(queue.TryAddBehind(Of("b", turn: 5)));

        var turns = new List<long>();
        while (queue.TryTake(out var waiting))
        {
            turns.Add(waiting.Turn);
        }

        Assert.Equal([1, 2, 3, 4, 5], turns);
        Assert.False(queue.Holds("b"));
    }

    [Fact]
    public void TryAddBehind_TooManyOfOneClient_LeavesRoomForOthers()
    {
        var queue = new HandshakeQueue<string>();
        Assert.True(queue.TryAdd(Of("a"), HandshakeStage.Begun));
        var taken = 1;
        while (taken < 1000 && queue.TryAddBehind(Of("a")))
        {
            taken++;
        }

        Assert.Equal(HandshakeQueue<string>.FollowersOfOneMax, taken);
        Assert.True(queue.TryAdd(Of("b"), HandshakeStage.Begun));
    }

    private static HandshakeQueue<string>.Waiting Of(string client, long turn) =>
        new(client, default(Arrival), turn);

    private static HandshakeQueue<string>.Waiting Of(string client) =>
        new(client, default(Arrival), Turn: 0);

    private static List<string> TakeAll(HandshakeQueue<string> queue)
    {
        var taken = new List<string>();
        while (queue.TryTake(out var waiting))
        {
            taken.Add(waiting.For);
        }

        return taken;
    }
}
