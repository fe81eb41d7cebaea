using Anycast.Steering;
using Edge.Native.Sockets;
using Edge.Node.Steering;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>The sockets by which nodes pass datagrams on to each other, on one machine.</summary>
public sealed class HopSocketsTests
{
    private const int Shards = 3;
    private const int Bytes = 100;

    /// <summary>Neighbours for one node are for different shards of it. As one message they would all come to the shard that
    /// the first one names.</summary>
    [Fact]
    public void Send_NeighboursForDifferentShards_EachComesToItsOwn()
    {
        var from = Open(shards: 2);
        var to = Open(Shards);
        var batch = new SendBatch { GroupsSegments = from[0].CanSegment };
        for (var sent = 0; sent < 3 * Shards; sent++)
        {
            batch.NextSlot()[HopDatagram.ShardOffset] = (byte)(sent % Shards);
            batch.Commit(Bytes, to[0].Local, default);
        }

        Assert.Equal(3 * Shards, from[0].Send(batch));
        for (var shard = 0; shard < Shards; shard++)
        {
            Assert.Equal([shard, shard, shard], Received(to[shard]));
        }

        Array.ForEach([.. from, .. to], socket => socket.Dispose());
    }

    private static UdpSocket[] Open(int shards)
    {
        var error = HopSockets.TryOpen(
            NetworkAddress.FromIPv4(0x7F000001, 0),
            bufferBytes: 65_536,
            shards,
            out var sockets
        );
        Assert.Equal(SystemError.None, error);
        return sockets;
    }

    /// <summary>The shards that what came names; loopback delivers before send returns.</summary>
    private static List<int> Received(UdpSocket socket)
    {
        var pool = new PacketPool(index: 0, slots: 16);
        var batch = new ReceiveBatch(16);
        var handles = new PacketHandle[16];
        for (var index = 0; index < handles.Length; index++)
        {
            Assert.True(pool.TryRent(out handles[index]));
            batch.Lend(index, pool.Slot(handles[index]));
        }

        var count = socket.Receive(batch);
        return
        [
            .. handles
                .Take(count)
                .Select(handle => (int)pool.Slot(handle)[HopDatagram.ShardOffset]),
        ];
    }
}
