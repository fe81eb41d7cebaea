using Edge.Primitives;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

/// <summary>A call of a writer whose other arguments are fixed.</summary>
internal delegate int SpanWriter(Span<byte> destination);

/// <summary>What holds for every writer of the wire.</summary>
internal static class WriterAssert
{
    private const int RoomBytes = 4096;
    private const byte Mark = 0xA5;

    /// <summary>Writes into ample room, then into every shorter buffer, which must be refused with 0
    /// and left as it was; returns the bytes.</summary>
    public static byte[] WritesAllOrNothing(SpanWriter write)
    {
        var room = new byte[RoomBytes];
        room.AsSpan().Fill(Mark);
        var length = write(room);
        Assert.InRange(length, 1, RoomBytes);
        Assert.Equal(-1, room.AsSpan(length).IndexOfAnyExcept(Mark));
        for (var shorter = 0; shorter < length; shorter++)
        {
            var buffer = new byte[shorter];
            buffer.AsSpan().Fill(Mark);
            Assert.Equal(0, write(buffer));
            Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept(Mark));
        }

        var exact = new byte[length];
        Assert.Equal(length, write(exact));
        Assert.Equal(room[..length], exact);
        return exact;
    }
}

/// <summary>Random values for round trips.</summary>
internal static class PrngExtensions
{
    public static byte[] NextBytes(this Prng random, int length)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        return bytes;
    }

    public static ushort NextUInt16(this Prng random) => (ushort)random.NextUInt32();

    public static bool NextBool(this Prng random) => (random.NextUInt32() & 1) != 0;

    public static Ssrc NextSsrc(this Prng random) => new(random.NextUInt32());
}
