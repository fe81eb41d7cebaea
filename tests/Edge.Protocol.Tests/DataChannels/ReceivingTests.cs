using Edge.Protocol.DataChannels;
using Edge.Protocol.DataChannels.Receiving;
using Edge.Testing;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>The receiving half chunk by chunk.</summary>
public sealed class ReceivingTests
{
    private const byte Begin = SctpData.BeginFlag;
    private const byte End = SctpData.EndFlag;

    private readonly MessagePool _pool = new(retainedBytesMax: 1_000_000);
    private readonly DataReceiver _receiver;

    public ReceivingTests()
    {
        _receiver = new(new(), _pool, new());
        _receiver.Start(peerInitialTsn: 1);
    }

    /// <summary>Goal: pieces in any order become the message. Method: all orders of five pieces.</summary>
    [Fact]
    public void HandleData_PiecesInAnyOrder_BecomeTheMessage() =>
        Seeds.Check(
            random =>
            {
                var receiver = new DataReceiver(new(), _pool, new());
                receiver.Start(1);
                int[] order = [.. Enumerable.Range(1, 5).OrderBy(_ => random.NextUInt32())];
                foreach (var tsn in order)
                {
                    var flags = (tsn == 1 ? Begin : 0) | (tsn == 5 ? End : 0);
                    Give(receiver, (uint)tsn, sequence: 0, (byte)flags, (byte)tsn);
                }

                Assert.True(receiver.TryDequeue(out var item));
                Assert.Equal([1, 2, 3, 4, 5], item.Buffer!.AsSpan(0, item.Length).ToArray());
                Assert.Equal(0, receiver.UsedBytes);
            },
            rounds: 200
        );

    /// <summary>usrsctp skips only the lost piece of a message that it gives up.</summary>
    [Fact]
    public void HandleForwardTsn_PieceInTheMiddle_LetsTheOthersGo()
    {
        Give(_receiver, 1, 0, Begin, 1);
        Give(_receiver, 3, 0, 0, 3);
        Give(_receiver, 4, 0, End, 4);
        Give(_receiver, 5, 1, Begin | End, 5);
        Forward(2, new SctpSkippedStream(7, 0));

        Assert.True(_receiver.TryDequeue(out var item));
        Assert.Equal(5, item.Buffer![0]);
        Assert.Equal(0, _receiver.UsedBytes);
        Assert.Equal(5u, _receiver.CumulativeTsn);
    }

    /// <summary>The rest of such a message comes late.</summary>
    [Fact]
    public void HandleData_PieceOfASkippedMessage_IsLetGo()
    {
        Forward(2, new SctpSkippedStream(7, 0));
        Give(_receiver, 3, 0, 0, 3);
        Give(_receiver, 4, 0, End, 4);

        Assert.Equal(0, _receiver.UsedBytes);
        Assert.False(_receiver.TryDequeue(out _));
    }

    /// <summary>A sender that gives a message up without a TSN for what it never sent.</summary>
    [Fact]
    public void HandleData_MessageWithoutEnd_IsLetGoWhenTheNextBegins()
    {
        Give(_receiver, 1, 0, Begin, 1);
        Give(_receiver, 2, 0, 0, 2);
        Give(_receiver, 3, 0, Begin | End | SctpData.UnorderedFlag, 3);

        Assert.True(_receiver.TryDequeue(out var item));
        Assert.Equal(3, item.Buffer![0]);
        Assert.Equal(0, _receiver.UsedBytes);
    }

    [Fact]
    public void HandleForwardTsn_StreamWithLaterMessages_DeliversThem()
    {
        Give(_receiver, 2, 1, Begin | End, 2);
        Give(_receiver, 3, 2, Begin | End, 3);
        Assert.False(_receiver.TryDequeue(out _));
        Forward(1, new SctpSkippedStream(7, 0));

        Assert.True(_receiver.TryDequeue(out var first));
        Assert.True(_receiver.TryDequeue(out var second));
        Assert.Equal((2, 3), (first.Buffer![0], second.Buffer![0]));
    }

    /// <summary>Sequence numbers of 16 bits and TSNs of 32 wrap (RFC 9260 §1.6).</summary>
    [Fact]
    public void HandleData_NumbersThatWrap_GoOn()
    {
        _receiver.Start(uint.MaxValue - 69_000);
        for (var number = 0u; number < 70_000; number++)
        {
            Give(
                _receiver,
                unchecked(uint.MaxValue - 69_000 + number),
                unchecked((ushort)number),
                Begin | End,
                1
            );
            Assert.True(_receiver.TryDequeue(out var item));
            _pool.Return(item.Buffer!);
        }
    }

    [Fact]
    public void HandleData_BeyondTheWindow_IsRefused()
    {
        Assert.Equal(
            DataVerdict.Refused,
            Give(_receiver, ReceivedTsns.Window + 1, 0, Begin | End, 1)
        );
        Assert.Equal(DataVerdict.Taken, Give(_receiver, ReceivedTsns.Window, 0, Begin | End, 1));
        Assert.Equal(
            DataVerdict.Duplicate,
            Give(_receiver, ReceivedTsns.Window, 0, Begin | End, 1)
        );
    }

    /// <summary>Goal: the bits agree with a set. Method: random marks and skips, gap blocks compared.</summary>
    [Fact]
    public void ReceivedTsns_RandomMarksAndSkips_AgreeWithASet() =>
        Seeds.Check(
            random =>
            {
                var tsns = new ReceivedTsns();
                tsns.Start(1000);
                var set = new HashSet<long>();
                var cumulative = 999L;
                for (var step = 0; step < 300; step++)
                {
                    var tsn = cumulative + 1 + random.NextInt32(30);
                    if (random.NextInt32(20) == 0)
                    {
                        tsns.SkipTo(tsn);
                        cumulative = Math.Max(cumulative, tsn);
                    }
                    else if (!tsns.Contains(tsn))
                    {
                        Assert.True(set.Add(tsn));
                        tsns.Mark(tsn);
                    }

                    while (set.Contains(cumulative + 1))
                    {
                        cumulative++;
                    }

                    set.RemoveWhere(held => held <= cumulative);
                    Assert.Equal(cumulative, tsns.Cumulative);
                    Assert.Equal(set.Order(), FromGaps(tsns));
                }
            },
            rounds: 50
        );

    private static IEnumerable<long> FromGaps(ReceivedTsns tsns)
    {
        var blocks = new SctpGapBlock[100];
        var count = tsns.WriteGaps(blocks);
        return blocks
            .Take(count)
            .SelectMany(block =>
                Enumerable
                    .Range(block.Start, block.End - block.Start + 1)
                    .Select(offset => tsns.Cumulative + offset)
            );
    }

    private static DataVerdict Give(
        DataReceiver receiver,
        uint tsn,
        ushort sequence,
        byte flags,
        byte value
    )
    {
        var buffer = new byte[64];
        var writer = new SctpPacketWriter(buffer, 5000, 5000, 1);
        writer.TryAddData(new(tsn, 7, sequence, 53, flags), [value]);
        SctpPacket.TryParse(buffer.AsSpan(0, writer.Complete()), out var packet);
        SctpData.TryParse(packet.FirstChunk, out var data);
        return receiver.HandleData(data);
    }

    private void Forward(uint tsn, SctpSkippedStream stream)
    {
        var buffer = new byte[64];
        var writer = new SctpPacketWriter(buffer, 5000, 5000, 1);
        writer.TryAddForwardTsn(tsn, [stream]);
        SctpPacket.TryParse(buffer.AsSpan(0, writer.Complete()), out var packet);
        SctpForwardTsn.TryParse(packet.FirstChunk, out var forward);
        _receiver.HandleForwardTsn(forward);
    }
}
