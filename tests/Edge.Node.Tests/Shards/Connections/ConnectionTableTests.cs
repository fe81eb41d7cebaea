using Edge.Native.Sockets;
using Edge.Node.Shards.Connections;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Shards.Connections;

/// <summary>The connections of a shard, their numbers and their bounds.</summary>
public sealed class ConnectionTableTests : IDisposable
{
    private readonly PacketPool _pool = new(index: 0, slots: 16);
    private readonly TcpListener _listener;
    private readonly List<IDisposable> _sockets = [];

    public ConnectionTableTests()
    {
        Assert.Equal(
            SystemError.None,
            TcpListener.TryOpen(NetworkAddress.FromIPv4(0x7F000001, 0), out var listener)
        );
        _listener = listener!;
    }

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }

    [Fact]
    public void Compose_AnyParts_ReadAgain()
    {
        foreach (var shard in (int[])[0, 1, 63])
        {
            foreach (var slot in (int[])[0, 1, ConnectionNumber.SlotsMax - 1])
            {
                foreach (var generation in (uint[])[1, ConnectionNumber.GenerationMax])
                {
                    var number = ConnectionNumber.Compose(shard, slot, generation);
                    Assert.NotEqual(0u, number);
                    Assert.Equal(shard, ConnectionNumber.ShardOf(number));
                    Assert.Equal(slot, ConnectionNumber.SlotOf(number));
                }
            }
        }
    }

    /// <summary>A number that is over names nobody, though its slot was taken again.</summary>
    [Fact]
    public void TryFind_SlotTakenAgain_FormerNumberFindsNothing()
    {
        var table = Table(capacity: 1);
        var first = table.Add(Accept(), Instant.Zero);
        Assert.True(table.Refuses(first.Remote));
        table.Remove(first);
        var second = table.Add(Accept(), Instant.Zero);
        Assert.Equal(first.Slot, second.Slot);
        Assert.False(table.TryFind(first.Remote.Connection, out _));
        Assert.True(table.TryFind(second.Remote.Connection, out var found));
        Assert.Same(second, found);
        Assert.False(table.TryFind(ConnectionNumber.Compose(0, 100, 1), out _));
    }

    [Fact]
    public void Refuses_ManyOfOneSource_UntilOneIsEstablishedOrGone()
    {
        var table = Table(capacity: 100);
        var taken = new List<ClientConnection>();
        for (var count = 0; count < ConnectionTable.StrangersOfSourceMax; count++)
        {
            taken.Add(table.Add(Accept(), Instant.Zero));
        }

        var source = taken[0].Remote;
        Assert.True(table.Refuses(source));
        Assert.False(table.Refuses(NetworkAddress.FromIPv4(0x0A000001, 1)));
        table.Establish(taken[0]);
        table.Establish(taken[0]);
        Assert.False(table.Refuses(source));
        _ = table.Add(Accept(), Instant.Zero);
        Assert.True(table.Refuses(source));
        table.Remove(taken[0]);
        Assert.True(table.Refuses(source));
        table.Remove(taken[1]);
        Assert.False(table.Refuses(source));
        Assert.Equal(ConnectionTable.StrangersOfSourceMax - 1, table.Strangers);
        Assert.Equal(table.Strangers, table.Count);
    }

    /// <summary>At the bound the oldest stranger goes, never a client.</summary>
    [Fact]
    public void FindDisplaced_AsManyStrangersAsThereMayBe_TheOldest()
    {
        var table = Table(capacity: 300);
        var client = table.Add(Accept(), Instant.Zero);
        table.Establish(client);
        for (var count = 1; count <= ConnectionTable.StrangersMax; count++)
        {
            Assert.Null(table.FindDisplaced());
            _ = table.Add(Accept(), Instant.FromMilliseconds(count));
        }

        Assert.Equal(Instant.FromMilliseconds(1), table.FindDisplaced()!.AcceptedAt);
    }

    [Fact]
    public void Receive_FrameInTwoParts_SecondComesBehindTheFirst()
    {
        var table = Table(capacity: 1);
        Assert.Equal(SystemError.None, TcpSocket.TryConnect(_listener.Local, out var dialled));
        _sockets.Add(dialled!);
        var connection = table.Add(AcceptOne(), Instant.Zero);
        var batch = new GatherBatch();
        var sent = GC.AllocateArray<byte>(8, pinned: true);
        for (byte part = 1; part <= 2; part++)
        {
            sent.AsSpan().Fill(part);
            batch.Add(sent);
            Assert.Equal(SystemError.None, dialled!.Send(batch, out _));
            ReadOnlySpan<byte> bytes;
            while (table.Receive(connection, out bytes) == SystemError.WouldBlock) { }

            Assert.Equal(8 * part, bytes.Length);
            Assert.Equal((1, part), (bytes[0], bytes[^1]));
            Assert.True(table.TryKeep(connection, bytes));
            Assert.Equal(_pool.Slots - 1, _pool.CountFree());
        }

        table.Remove(connection);
        Assert.Equal(_pool.Slots, _pool.CountFree());
    }

    /// <summary>What waits for slow clients leaves the pool to others: who is not blocked is not told of it.</summary>
    [Fact]
    public void TryQueue_SlowOnesHoldTheirPart_OnlyTheyAreRefused()
    {
        var table = Table(capacity: 2);
        var slow = table.Add(Accept(), Instant.Zero);
        var good = table.Add(Accept(), Instant.Zero);
        slow.IsBlocked = true;
        for (var count = 0; count < _pool.Slots / 4; count++)
        {
            Assert.True(Queue(table, slow));
        }

        Assert.False(Queue(table, slow));
        Assert.True(Queue(table, good));
        Assert.Equal(1, table.Unqueue(slow, 10));
        Assert.False(Queue(table, slow));
        Assert.Equal(1, table.Unqueue(good, 10));
        Assert.True(Queue(table, slow));
        table.Remove(slow);
        Assert.Equal(_pool.Slots, _pool.CountFree());
    }

    [Theory]
    [InlineData(4096, 1 << 20, 2, 2048)]
    [InlineData(4096, 1024, 2, 256)]
    [InlineData(1 << 20, 1 << 20, 1, ConnectionNumber.SlotsMax)]
    [InlineData(1, 1024, 64, 1)]
    public void CapacityOf_Node_PartOfAShard(
        int ofNode,
        int descriptors,
        int shards,
        int expected
    ) => Assert.Equal(expected, ConnectionTable.CapacityOf(ofNode, descriptors, shards));

    /// <summary>[HotPath] TryFind, At, ShardOf, SlotOf, TryQueue, Unqueue.</summary>
    [Fact]
    public void TryFind_At_ShardOf_SlotOf_TryQueue_Unqueue_AllocateNothing()
    {
        var table = Table(capacity: 1);
        var connection = table.Add(Accept(), Instant.Zero);
        var number = connection.Remote.Connection;
        _ = Queue(table, connection);
        _ = table.Unqueue(connection, 10);
        AllocationAssert.None(() =>
        {
            _ = Queue(table, connection);
            _ = table.Unqueue(connection, 10);
            _ = table.TryFind(number, out _);
            _ = table.At(ConnectionNumber.SlotOf(number));
            _ = ConnectionNumber.ShardOf(number);
        });
    }

    private bool Queue(ConnectionTable table, ClientConnection connection)
    {
        Assert.True(_pool.TryRent(out var handle));
        if (table.TryQueue(connection, handle, 10, isMedia: true, Instant.Zero))
        {
            return true;
        }

        _pool.Release(handle);
        return false;
    }

    private ConnectionTable Table(int capacity) => new(shard: 0, [_pool], capacity);

    private TcpSocket Accept()
    {
        Assert.Equal(SystemError.None, TcpSocket.TryConnect(_listener.Local, out var dialled));
        _sockets.Add(dialled!);
        return AcceptOne();
    }

    private TcpSocket AcceptOne()
    {
        TcpSocket? accepted;
        while (_listener.Accept(out accepted) == SystemError.WouldBlock) { }

        _sockets.Add(accepted!);
        return accepted!;
    }
}
