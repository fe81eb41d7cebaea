using Edge.Native.Sockets;
using Edge.Primitives;
using Xunit;

namespace Edge.Native.Tests.Sockets;

/// <summary>Runs of datagrams that leave as one message (UDP_SEGMENT).</summary>
public sealed class SegmentTests
{
    private const int Full = 1200;

    /// <summary>SO_NO_CHECK: the kernel refuses to cut what it may not checksum.</summary>
    private const int OptionNoCheck = 11;

    private static readonly NetworkAddress Loopback = NetworkAddress.FromIPv4(0x7F000001, 0);

    /// <summary>A run ends with what is shorter, and before what is longer.</summary>
    [Theory]
    [InlineData(new[] { Full, Full, Full }, 1)]
    [InlineData(new[] { Full, Full, 100 }, 1)]
    [InlineData(new[] { Full, 100, 100 }, 2)]
    [InlineData(new[] { 100, Full, Full }, 2)]
    [InlineData(new[] { Full, 0, Full }, 3)]
    [InlineData(new[] { 60 }, 1)]
    public void Send_Neighbours_AreOneMessageAndArriveAsTheyWere(int[] lengths, int messages)
    {
        using var from = Open(Loopback);
        using var to = Open(Loopback);
        var batch = Grouping(from);
        Fill(batch, lengths, to.Local);

        Assert.Equal(messages, batch.MessageCount);
        Assert.Equal(lengths.Length, from.Send(batch));
        Assert.Equal(0, batch.RefusedCount);
        AssertArrived(to, lengths);
    }

    [Fact]
    public void Commit_OtherDestinationOrLocalAddress_BeginsAnotherMessage()
    {
        using var socket = Open(Loopback);
        var batch = Grouping(socket);
        var (one, other) = (Loopback.WithPort(1), Loopback.WithPort(2));
        batch.Commit(Full, one, default);
        batch.Commit(Full, other, default);
        batch.Commit(Full, one, default);
        batch.Commit(Full, one, Loopback);
        batch.Commit(Full, one, Loopback);

        Assert.Equal(4, batch.MessageCount);
        Assert.Equal(5, batch.Count);
    }

    /// <summary>Neither more datagrams nor more bytes than a kernel takes at once.</summary>
    [Theory]
    [InlineData(10, 65, 2)]
    [InlineData(10, 64, 1)]
    [InlineData(1600, 41, 2)]
    [InlineData(1600, 40, 1)]
    public void Commit_MoreThanAMessageHolds_BeginsAnother(int length, int count, int messages)
    {
        using var from = Open(Loopback);
        using var to = Open(Loopback);
        var batch = Grouping(from, capacity: 128);
        var lengths = Enumerable.Repeat(length, count).ToArray();
        Fill(batch, lengths, to.Local);

        Assert.Equal(messages, batch.MessageCount);
        Assert.Equal(count, from.Send(batch));
        AssertArrived(to, lengths);
    }

    /// <summary>On a wildcard socket both are said: from where, and how to cut.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Send_FromLocalAddressOfWildcard_ArrivesFromThere(bool isIPv6)
    {
        var any = isIPv6 ? NetworkAddress.FromIPv6(new byte[16], 0) : NetworkAddress.FromIPv4(0, 0);
        using var from = Open(any);
        using var to = Open(Loopback);
        var batch = Grouping(from);
        var local = NetworkAddress.FromIPv4(0x7F000002, from.Local.Port);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            batch.Commit(Full, to.Local, local);
        }

        Assert.Equal(1, batch.MessageCount);
        Assert.Equal(3, from.Send(batch));
        Assert.All(Receive(to, 3), datagram => Assert.Equal(local, datagram.Source));
    }

    /// <summary>A way out that cannot cut: the same datagrams come one by one, nothing is lost, and for a while no run is
    /// tried.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Send_KernelRefusesToCut_GoesInPieces(bool isWildcard)
    {
        using var from = Open(isWildcard ? NetworkAddress.FromIPv4(0, 0) : Loopback);
        using var to = Open(Loopback);
        Assert.True(SocketCalls.TrySet(from.Descriptor, LibC.LevelSocket, OptionNoCheck, value: 1));
        Assert.True(from.CanSegment);
        var batch = Grouping(from);
        var local = NetworkAddress.FromIPv4(0x7F000002, from.Local.Port);
        int[] lengths = [Full, Full, 7];
        Fill(batch, lengths, to.Local, local);
        Fill(batch, [20], to.Local, Loopback);

        Assert.Equal(2, batch.MessageCount);
        Assert.Equal(4, from.Send(batch));
        Assert.Equal(0, batch.RefusedCount);
        var arrived = AssertArrived(to, [.. lengths, 20]);
        Assert.Equal(isWildcard, arrived[0].Source == local);
        Assert.False(from.CanSegment);
    }

    /// <summary>What refused once may be the way to one destination only.</summary>
    [Fact]
    public void CanSegment_AfterManyBatches_IsTriedAgain()
    {
        using var from = Open(Loopback);
        using var to = Open(Loopback);
        Assert.True(SocketCalls.TrySet(from.Descriptor, LibC.LevelSocket, OptionNoCheck, value: 1));
        var batch = Grouping(from);
        Fill(batch, [Full, Full], to.Local);
        _ = from.Send(batch);
        var batches = 0;
        for (; !from.CanSegment; batches++)
        {
            _ = from.Send(batch);
        }

        Assert.InRange(batches, 100, 10_000);
    }

    [Fact]
    public void CanSegment_NotAllowed_IsFalse()
    {
        var options = new UdpSocketOptions(Loopback) { AllowsSegments = false };
        Assert.Equal(SystemError.None, UdpSocket.TryOpen(options, out var socket));
        using (socket)
        {
            Assert.False(socket!.CanSegment);
        }
    }

    private static UdpSocket Open(NetworkAddress local)
    {
        Assert.Equal(SystemError.None, UdpSocket.TryOpen(new(local), out var socket));
        return socket!;
    }

    private static SendBatch Grouping(UdpSocket socket, int capacity = 64) =>
        new(capacity) { GroupsSegments = socket.CanSegment };

    private static void Fill(
        SendBatch batch,
        int[] lengths,
        NetworkAddress to,
        NetworkAddress local = default
    )
    {
        foreach (var length in lengths)
        {
            batch.NextSlot()[..length].Fill((byte)batch.Count);
            batch.Commit(length, to, local);
        }
    }

    /// <summary>In order, each filled with its number.</summary>
    private static List<Datagram> AssertArrived(UdpSocket to, int[] lengths)
    {
        var arrived = Receive(to, lengths.Length);
        Assert.Equal(lengths, arrived.ConvertAll(datagram => datagram.Bytes.Length));
        for (var index = 0; index < lengths.Length; index++)
        {
            Assert.All(arrived[index].Bytes, value => Assert.Equal(index, value));
        }

        return arrived;
    }

    /// <summary>Loopback delivers before send returns.</summary>
    private static List<Datagram> Receive(UdpSocket socket, int count)
    {
        var pool = new PacketPool(index: 0, slots: count + 1);
        var batch = new ReceiveBatch(count + 1);
        var handles = new PacketHandle[count + 1];
        for (var index = 0; index <= count; index++)
        {
            Assert.True(pool.TryRent(out handles[index]));
            batch.Lend(index, pool.Slot(handles[index]));
        }

        var received = socket.Receive(batch);
        return
        [
            .. Enumerable
                .Range(0, received)
                .Select(index => new Datagram(
                    batch.Source(index),
                    pool.Slot(handles[index])[..batch.Length(index)].ToArray()
                )),
        ];
    }

    private sealed record Datagram(NetworkAddress Source, byte[] Bytes);
}
