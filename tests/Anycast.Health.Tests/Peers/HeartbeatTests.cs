using Anycast.Health.Peers;
using Edge.Testing;
using Xunit;

namespace Anycast.Health.Tests.Peers;

/// <summary>Heartbeats as bytes, and in which order they are taken.</summary>
public sealed class HeartbeatTests
{
    private static readonly byte[] Key = HeartbeatCodec.DeriveKey(new byte[32]);
    private static readonly Heartbeat Sample = new(
        "n-1_a",
        1_700_000_000_000,
        7,
        PeerReport.Suspect
    );

    [Fact]
    public void TryParse_Written_IsTheSame()
    {
        Assert.Equal(
            HeartbeatParseError.None,
            HeartbeatCodec.TryParse(Write(Sample), Key, out var read)
        );
        Assert.Equal(Sample, read);
    }

    [Fact]
    public void TryParse_OtherKey_WrongKey() =>
        Assert.Equal(
            HeartbeatParseError.WrongKey,
            HeartbeatCodec.TryParse(Write(Sample), HeartbeatCodec.DeriveKey([1]), out _)
        );

    [Fact]
    public void TryParse_AnyBitFlipped_Refused()
    {
        var bytes = Write(Sample);
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(HeartbeatParseError.None, HeartbeatCodec.TryParse(bytes, Key, out _));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void TryParse_AnyOtherLength_Refused()
    {
        var bytes = Write(Sample);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(
                HeartbeatParseError.Truncated,
                HeartbeatCodec.TryParse(bytes.AsSpan(0, length), Key, out _)
            );
        }

        Assert.Equal(
            HeartbeatParseError.TooLong,
            HeartbeatCodec.TryParse([.. bytes, 0], Key, out _)
        );
    }

    [Fact]
    public void TryParse_Junk_RefusedWithoutThrowing() =>
        Seeds.Check(
            random =>
            {
                var bytes = new byte[random.NextInt32(100)];
                random.Fill(bytes);
                "EAH1"u8[..Math.Min(4, bytes.Length)].CopyTo(bytes);
                Assert.NotEqual(
                    HeartbeatParseError.None,
                    HeartbeatCodec.TryParse(bytes, Key, out _)
                );
            },
            rounds: 1000
        );

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("123456789012345678901234567890123")]
    public void Write_NameThatIsNone_Nothing(string node)
    {
        var buffer = new byte[HeartbeatCodec.BytesMax + 8];
        Assert.Equal(0, HeartbeatCodec.Write(Sample with { Node = node }, Key, buffer));
    }

    [Fact]
    public void Write_TooLittleRoom_NothingIsTouched()
    {
        var length = Write(Sample).Length;
        for (var room = 0; room < length; room++)
        {
            var buffer = new byte[room];
            Assert.Equal(0, HeartbeatCodec.Write(Sample, Key, buffer));
            Assert.DoesNotContain(buffer, each => each != 0);
        }
    }

    [Fact]
    public void TryTake_SentAgain_OnlyLaterOnesAreTaken()
    {
        var order = new HeartbeatOrder();
        Assert.True(order.TryTake(Sample));
        Assert.False(order.TryTake(Sample));
        Assert.True(order.TryTake(Sample with { Number = 8 }));
        Assert.False(order.TryTake(Sample));
        Assert.True(order.TryTake(Sample with { Epoch = Sample.Epoch + 1, Number = 1 }));
        Assert.False(order.TryTake(Sample with { Number = 9 }));
        Assert.True(order.TryTake(Sample with { Node = "n2" }));
    }

    [Fact]
    public void TryTake_MoreNodesThanThereCanBe_NotTaken()
    {
        var order = new HeartbeatOrder();
        for (var node = 0; node < PeerTable.PeersMax; node++)
        {
            Assert.True(order.TryTake(Sample with { Node = $"n{node}" }));
        }

        Assert.False(order.TryTake(Sample with { Node = "more" }));
    }

    private static byte[] Write(in Heartbeat heartbeat)
    {
        var buffer = new byte[HeartbeatCodec.BytesMax];
        return buffer[..HeartbeatCodec.Write(in heartbeat, Key, buffer)];
    }
}
