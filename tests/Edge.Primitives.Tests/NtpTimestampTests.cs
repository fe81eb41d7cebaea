using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of NTP time (RFC 3550 §4) and of the anchor that makes it.</summary>
public sealed class NtpTimestampTests
{
    /// <summary>RFC 3550 §6.4.1, figure 2: 10 Nov 1995 11:33:25.125 UTC is b44d b705 : 2000 0000.</summary>
    [Fact]
    public void FromUnixTime_ExampleOfRfc3550_SameBits()
    {
        var sinceEpoch =
            new DateTime(1995, 11, 10, 11, 33, 25, 125, DateTimeKind.Utc) - DateTime.UnixEpoch;
        var timestamp = NtpTimestamp.FromUnixTime(sinceEpoch);
        Assert.Equal(0xB44D_B705_2000_0000UL, timestamp.Value);
        Assert.Equal(0xB705_2000U, timestamp.Middle);
    }

    [Fact]
    public void FromUnixTime_Epoch_SecondsFrom1900() =>
        Assert.Equal(2_208_988_800UL << 32, NtpTimestamp.FromUnixTime(TimeSpan.Zero).Value);

    /// <summary>The 32-bit seconds wrap on 2036-02-07 at 06:28:16 UTC (RFC 5905 §6).</summary>
    [Fact]
    public void FromUnixTime_EraOne_Wraps()
    {
        var sinceEpoch = new DateTime(2036, 2, 7, 6, 28, 16, DateTimeKind.Utc) - DateTime.UnixEpoch;
        Assert.Equal(0UL, NtpTimestamp.FromUnixTime(sinceEpoch).Value);
        var before = NtpTimestamp.FromUnixTime(sinceEpoch - TimeSpan.FromSeconds(1));
        Assert.Equal(
            TimeSpan.FromSeconds(2),
            NtpTimestamp.FromUnixTime(sinceEpoch + TimeSpan.FromSeconds(1)) - before
        );
    }

    [Theory]
    [InlineData(1234.5)]
    [InlineData(-1234.5)]
    [InlineData(0)]
    public void Operators_ThereAndBack_WithinAMicrosecond(double milliseconds)
    {
        var start = NtpTimestamp.FromUnixTime(TimeSpan.FromDays(20_000));
        var duration = TimeSpan.FromMilliseconds(milliseconds);
        Assert.InRange((start + duration - start - duration).TotalMicroseconds, -1, 1);
    }

    [Fact]
    public void ToNtp_AnchorAndLaterInstant_DurationLater()
    {
        var anchor = new ClockAnchor(Instant.FromMilliseconds(100), new NtpTimestamp(7UL << 32));
        Assert.Equal(8UL << 32, anchor.ToNtp(Instant.FromMilliseconds(1100)).Value);
        Assert.Equal(6UL << 32, anchor.ToNtp(Instant.FromMilliseconds(-900)).Value);
    }

    [Fact]
    public void Middle_RandomTimes_UpperAndLowerHalves() =>
        Seeds.Check(
            random =>
            {
                var value = random.NextUInt64();
                Assert.Equal((uint)((value >> 16) & 0xFFFF_FFFF), new NtpTimestamp(value).Middle);
            },
            rounds: 100
        );
}
