using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Framing;
using Xunit;

namespace Edge.Wire.Tests.Framing;

/// <summary>Packets on a stream (RFC 4571 §2).</summary>
public sealed class StreamFrameTests
{
    private const int PacketBytesMax = 1662;

    /// <summary>As a browser's first bytes were seen: the length 0060, then a check of 96 bytes.</summary>
    [Fact]
    public void Read_TwoFramesAndABit_EachInTurnThenPartial()
    {
        var bytes = new byte[98 + 98 + 1];
        bytes[1] = 0x60;
        bytes[2] = 1;
        bytes[99] = 0x60;
        bytes[100] = 2;
        var rest = bytes.AsSpan();

        Assert.Equal(StreamFrameStatus.Complete, Read(rest, out var first, out var consumed));
        Assert.Equal((96, 1, 98), (first.Length, first[0], consumed));
        rest = rest[consumed..];
        Assert.Equal(StreamFrameStatus.Complete, Read(rest, out var second, out consumed));
        Assert.Equal((96, 2, 98), (second.Length, second[0], consumed));
        rest = rest[consumed..];
        Assert.Equal(StreamFrameStatus.Partial, Read(rest, out var none, out consumed));
        Assert.Equal((0, 0), (none.Length, consumed));
    }

    [Theory]
    [InlineData(PacketBytesMax, StreamFrameStatus.Partial)]
    [InlineData(PacketBytesMax + 1, StreamFrameStatus.TooLong)]
    [InlineData(0x1603, StreamFrameStatus.TooLong)]
    [InlineData(ushort.MaxValue, StreamFrameStatus.TooLong)]
    public void Read_LengthAlone_TooLongIsSaidBeforeThePacketCame(
        int length,
        StreamFrameStatus expected
    )
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)length);
        Assert.Equal(expected, Read(bytes, out _, out var consumed));
        Assert.Equal(0, consumed);
    }

    [Fact]
    public void Read_EmptyFrame_CompleteWithoutAPacket()
    {
        Assert.Equal(
            StreamFrameStatus.Complete,
            Read(new byte[5], out var packet, out var consumed)
        );
        Assert.Equal((0, 2), (packet.Length, consumed));
    }

    [Fact]
    public void Write_DestinationTooShort_ZeroAndUntouched()
    {
        var destination = new byte[5];
        Assert.Equal(0, StreamFrame.Write(destination, new byte[] { 1, 2, 3, 4 }));
        Assert.All(destination, one => Assert.Equal(0, one));
        Assert.Equal(0, StreamFrame.Write(new byte[70_000], new byte[65_536]));
    }

    /// <summary>Any packets, cut anywhere: they come out as they went in. Goal: no cut loses, doubles or
    /// shifts a byte.</summary>
    [Fact]
    public void Read_WrittenPacketsCutAnywhere_SamePackets()
    {
        var random = Seeds.Random();
        for (var round = 0; round < 500; round++)
        {
            var packets = Enumerable
                .Range(0, 1 + random.NextInt32(8))
                .Select(_ => Bytes(random))
                .ToArray();
            Assert.Equal(packets, ReadInPieces(Frames(packets), random));
        }
    }

    /// <summary>Hostile bytes: what is complete is what its length says, held to a slow reader of one byte
    /// after the other, and nothing is taken beyond the bound.</summary>
    [Fact]
    public void Read_AnyBytes_AsTheSlowReader()
    {
        var random = Seeds.Random();
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = Bytes(random, random.NextInt32(40));
            var bound = random.NextInt32(30);
            var status = StreamFrame.Read(bytes, bound, out var packet, out var consumed);
            var length = bytes.Length < 2 ? -1 : (bytes[0] * 256) + bytes[1];
            var expected =
                length < 0 ? StreamFrameStatus.Partial
                : length > bound ? StreamFrameStatus.TooLong
                : bytes.Length < 2 + length ? StreamFrameStatus.Partial
                : StreamFrameStatus.Complete;
            Assert.Equal(expected, status);
            Assert.Equal(status == StreamFrameStatus.Complete ? 2 + length : 0, consumed);
            Assert.Equal(Math.Max(0, consumed - 2), packet.Length);
        }
    }

    /// <summary>[HotPath] Read, Write.</summary>
    [Fact]
    public void Read_Write_AllocateNothing()
    {
        var packet = new byte[1200];
        var frame = new byte[1300];
        AllocationAssert.None(() =>
        {
            var length = StreamFrame.Write(frame, packet);
            _ = StreamFrame.Read(frame.AsSpan(0, length), PacketBytesMax, out _, out _);
        });
    }

    private static StreamFrameStatus Read(
        ReadOnlySpan<byte> bytes,
        out ReadOnlySpan<byte> packet,
        out int consumed
    ) => StreamFrame.Read(bytes, PacketBytesMax, out packet, out consumed);

    private static byte[] Frames(byte[][] packets)
    {
        var frames = new byte[packets.Sum(packet => packet.Length + 2)];
        var at = 0;
        foreach (var packet in packets)
        {
            at += StreamFrame.Write(frames.AsSpan(at), packet);
        }

        Assert.Equal(frames.Length, at);
        return frames;
    }

    private static List<byte[]> ReadInPieces(byte[] bytes, Prng random)
    {
        var read = new List<byte[]>();
        var kept = 0;
        var come = 0;
        while (kept < bytes.Length)
        {
            come = Math.Min(bytes.Length, come + random.NextInt32(700));
            while (
                Read(bytes.AsSpan(kept, come - kept), out var packet, out var consumed)
                == StreamFrameStatus.Complete
            )
            {
                read.Add(packet.ToArray());
                kept += consumed;
            }
        }

        return read;
    }

    private static byte[] Bytes(Prng random) => Bytes(random, random.NextInt32(PacketBytesMax + 1));

    private static byte[] Bytes(Prng random, int length)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        return bytes;
    }
}
