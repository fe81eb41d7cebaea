using System.Buffers.Binary;
using Anycast.Takeover.Voting;
using Edge.Node.Takeover.Deaths;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Takeover.Deaths;

/// <summary>The word that a process is there, by which others know its life, its role and its time.</summary>
public sealed class TakeoverHelloTests
{
    private const int RoleOffset = 1;
    private const int AtOffset = 12;

    private static readonly TakeoverHello Hello = new(
        0x0102,
        0x030405060708090A,
        PeerRole.Leaving,
        new Instant(0x000C0D0E0F101112)
    );

    [Fact]
    public void TryRead_AnyHello_AsItWasWritten() =>
        Seeds.Check(
            random =>
            {
                var written = new TakeoverHello(
                    (ushort)random.NextInt32(1 << 16),
                    random.NextUInt64(),
                    (PeerRole)random.NextInt32(3),
                    // Up to a year.
                    new Instant(unchecked((long)(random.NextUInt64() >> 16)))
                );

                Assert.True(TakeoverHello.TryRead(Write(written), out var read));
                Assert.Equal(written, read);
            },
            rounds: 200
        );

    /// <summary>Nodes of other versions read it: where everything is stays.</summary>
    [Fact]
    public void Write_IsAsItWasInTheFirstVersion() =>
        Assert.Equal(
            "01" + "02" + "0102" + "030405060708090A" + "000C0D0E0F101112",
            Convert.ToHexString(Write(Hello))
        );

    [Fact]
    public void TryRead_CutAnywhere_False()
    {
        var written = Write(Hello);
        for (var length = 0; length < written.Length; length++)
        {
            Assert.False(TakeoverHello.TryRead(written.AsSpan(0, length), out var read));
            Assert.Equal(default, read);
        }
    }

    /// <summary>Later versions append, and say that they are later.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(255)]
    public void TryRead_OfALaterVersion_IsRead(byte version)
    {
        byte[] later = [.. Write(Hello), 9, 8, 7];
        later[0] = version;

        Assert.True(TakeoverHello.TryRead(later, out var read));
        Assert.Equal(Hello, read);
    }

    [Fact]
    public void TryRead_VersionIsNone_False()
    {
        var written = Write(Hello);
        written[0] = 0;

        Assert.False(TakeoverHello.TryRead(written, out _));
    }

    [Fact]
    public void TryRead_RoleIsUnknown_False()
    {
        var written = Write(Hello);
        for (var role = (int)PeerRole.Leaving + 1; role <= byte.MaxValue; role++)
        {
            written[RoleOffset] = (byte)role;
            Assert.False(TakeoverHello.TryRead(written, out _));
        }
    }

    /// <summary>No clock runs so far, and sums with it would not be right.</summary>
    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(1L << 62)]
    [InlineData(-1L << 62)]
    public void TryRead_TimeIsBeyondAnyClock_False(long ticks) =>
        Assert.False(TakeoverHello.TryRead(Write(Hello with { At = new Instant(ticks) }), out _));

    /// <summary>Whatever is read can be heard, again and again.</summary>
    [Fact]
    public void TryRead_AnyBytes_NeverThrows()
    {
        var watch = new PeerWatch();
        var heard = 0;
        Seeds.Check(
            random =>
            {
                var bytes = new byte[random.NextInt32(2 * TakeoverHello.Bytes)];
                random.Fill(bytes);
                if (bytes.Length >= TakeoverHello.Bytes)
                {
                    bytes[RoleOffset] %= 4;
                    BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(AtOffset), DrawTime(random));
                }

                if (TakeoverHello.TryRead(bytes, out var hello))
                {
                    heard++;
                    _ = watch.Hear(hello, Instant.Zero);
                    _ = watch.Hear(hello, new Instant(1));
                    Assert.NotNull(watch.Translate(hello.Node, hello.Life, hello.At));
                }
            },
            rounds: 5000
        );

        Assert.True(heard > 0, "Nothing was read.");
    }

    /// <summary>Near nothing, and near both ends.</summary>
    private static long DrawTime(Prng random) =>
        random.NextInt32(3) switch
        {
            0 => random.NextInt32(1 << 30),
            1 => long.MinValue + random.NextInt32(1 << 4),
            _ => long.MaxValue - random.NextInt32(1 << 4),
        };

    private static byte[] Write(in TakeoverHello hello)
    {
        var written = new byte[TakeoverHello.Bytes];
        hello.Write(written);
        return written;
    }
}
