using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>Steady traffic allocates nothing: Send, PollDatagram, HandleDatagram, PollEvent, and within
/// them HandleData, WriteSack, Write, TryDequeue and the pool's Rent and Return.</summary>
public sealed class ChannelAllocationTests
{
    [Theory]
    [InlineData(40, true)]
    [InlineData(1000, false)]
    [InlineData(20_000, true)]
    [InlineData(20_000, false)]
    public void Send_PollDatagram_HandleDatagram_PollEvent_AllocateNothing(
        int messageBytes,
        bool isOrdered
    )
    {
        var traffic = new Traffic(messageBytes, isOrdered);
        AllocationAssert.None(traffic, static traffic => traffic.Exchange(), iterations: 1000);
        Assert.True(traffic.Received > 1000);
    }

    /// <summary>The same while packets are lost and messages are given up.</summary>
    [Fact]
    public void HandleDatagram_LossAndAbandonedMessages_AllocateNothing()
    {
        var traffic = new Traffic(messageBytes: 3000, isOrdered: true, retransmitsMax: 0)
        {
            LosesEvery = 7,
        };
        // The rings and tables grow to their size first.
        for (var count = 0; count < 3000; count++)
        {
            traffic.Exchange();
        }

        AllocationAssert.None(traffic, static traffic => traffic.Exchange(), iterations: 1000);
        Assert.True(traffic.Abandoned > 100);
    }

    [Fact]
    public void MessagePool_Rent_Return_AllocateNothing()
    {
        var pool = new MessagePool(retainedBytesMax: 100_000);
        AllocationAssert.None(
            pool,
            static pool =>
            {
                var one = pool.Rent(1132);
                var other = pool.Rent(5000);
                pool.Return(one);
                pool.Return(other);
            }
        );
        Assert.Equal(0, pool.RentedCount);
    }

    [Fact]
    public void MessagePool_MoreThanItMayRetain_LetsGo()
    {
        var pool = new MessagePool(retainedBytesMax: 1000);
        byte[][] rented = [pool.Rent(512), pool.Rent(512), pool.Rent(10)];
        foreach (var buffer in rented)
        {
            pool.Return(buffer);
        }

        Assert.Equal(512 + 64, pool.RetainedBytes);
        Assert.Equal(3_000_000, pool.Rent(3_000_000).Length);
    }

    /// <summary>Two transports without a network between.</summary>
    private sealed class Traffic
    {
        private readonly MessagePool _pool = new(retainedBytesMax: 16 * 1024 * 1024);
        private readonly DataChannelTransport _left;
        private readonly DataChannelTransport _right;
        private readonly byte[] _buffer = new byte[1200];
        private readonly byte[] _message;
        private Instant _now = Instant.FromMilliseconds(1000);
        private int _packets;

        public Traffic(int messageBytes, bool isOrdered, int? retransmitsMax = null)
        {
            _message = new byte[messageBytes];
            _left = new(DtlsRole.Client, new(), _pool, Prng.FromNumber(1));
            _right = new(DtlsRole.Server, new(), _pool, Prng.FromNumber(2));
            var options = new DataChannelOptions
            {
                NegotiatedId = 0,
                IsOrdered = isOrdered,
                RetransmitsMax = retransmitsMax,
            };
            _left.Open(options, out _);
            _right.Open(options, out _);
            _left.Connect(_now);
            Pump();
        }

        public int LosesEvery { get; init; }

        public long Received { get; private set; }

        public long Abandoned => _left.Stats.MessagesAbandoned;

        public void Exchange()
        {
            _left.Send(0, _message, isBinary: true, _now);
            Pump();
            _now += TimeSpan.FromMilliseconds(10);
            _left.HandleTimeout(_now);
            _right.HandleTimeout(_now);
            Pump();
        }

        private void Pump()
        {
            while (Carry(_left, _right) | Carry(_right, _left))
            {
                // Until both have nothing to say.
            }
        }

        private bool Carry(DataChannelTransport from, DataChannelTransport to)
        {
            var hasCarried = false;
            for (
                var length = from.PollDatagram(_buffer, _now);
                length > 0;
                length = from.PollDatagram(_buffer, _now)
            )
            {
                hasCarried = true;
                _packets++;
                if (LosesEvery == 0 || _packets % LosesEvery != 0)
                {
                    to.HandleDatagram(_buffer.AsSpan(0, length), _now);
                }

                while (to.PollEvent(out var occurred))
                {
                    Received += occurred.Kind == DataChannelEventKind.Message ? 1 : 0;
                }
            }

            return hasCarried;
        }
    }
}
