using Edge.Primitives;
using Edge.Protocol.Transport.Receiving;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>RFC 3550 §6.4.1 and appendices A.3 and A.8.</summary>
public sealed class ReceptionStatisticsTests
{
    private const uint ClockRate = 90_000;

    [Fact]
    public void TakeFractionLost_OneOfFourMissing_IsAQuarter()
    {
        var statistics = default(ReceptionStatistics);
        foreach (var sequence in new long[] { 65536, 65537, 65539 })
        {
            statistics.HandlePacket(sequence, 0, ClockRate, Instant.Zero);
        }

        Assert.Equal(64, statistics.TakeFractionLost());
        Assert.Equal(1, statistics.Lost);
        Assert.Equal(3u, statistics.ExtendedHighest);
    }

    [Fact]
    public void TakeFractionLost_NothingSinceTheLastReport_IsZero()
    {
        var statistics = default(ReceptionStatistics);
        statistics.HandlePacket(65536, 0, ClockRate, Instant.Zero);
        statistics.TakeFractionLost();

        Assert.Equal(0, statistics.TakeFractionLost());
    }

    [Fact]
    public void HandleRecovered_AfterALoss_LowersTheCount()
    {
        var statistics = default(ReceptionStatistics);
        statistics.HandlePacket(65536, 0, ClockRate, Instant.Zero);
        statistics.HandlePacket(65538, 0, ClockRate, Instant.Zero);

        statistics.HandleRecovered();

        Assert.Equal(0, statistics.Lost);
    }

    /// <summary>Half the circle of timestamps has no positive counterpart in 32 bits.</summary>
    [Fact]
    public void HandlePacket_TimestampJumpsByHalfTheCircle_IsJitter()
    {
        var statistics = default(ReceptionStatistics);
        statistics.HandlePacket(65536, 0, ClockRate, Instant.Zero);

        statistics.HandlePacket(65537, 1u << 31, ClockRate, Instant.Zero);

        Assert.Equal((1u << 31) / 16, statistics.Jitter);
    }

    /// <summary>Between two packets of a silence lie 400 ms, or minutes: neither is jitter or loss.</summary>
    [Theory]
    [InlineData(400)]
    [InlineData(600_000)]
    public void HandlePacket_PausesOfDtx_AreNeitherJitterNorLoss(int pauseMs)
    {
        const uint opus = 48_000;
        var statistics = default(ReceptionStatistics);
        var at = Instant.Zero;
        for (var packet = 0; packet < 200; packet++)
        {
            var timestamp = unchecked(0xFFFF_0000 + (uint)(at.Ticks * 48 / 10_000));
            statistics.HandlePacket(65536 + packet, timestamp, opus, at);
            at += TimeSpan.FromMilliseconds(packet % 50 < 40 ? 20 : pauseMs);
        }

        Assert.InRange(statistics.Jitter, 0u, 1u);
        Assert.Equal(0, statistics.Lost);
        Assert.Equal(0, statistics.TakeFractionLost());
    }

    /// <summary>Packets of a telephone event repeat one timestamp (RFC 4733 §2.2.2).</summary>
    [Fact]
    public void HandleUntimed_AmongSteadyPackets_CountsAndLeavesTheJitter()
    {
        var statistics = default(ReceptionStatistics);
        for (var packet = 0; packet < 100; packet++)
        {
            if (packet is >= 40 and < 60)
            {
                statistics.HandleUntimed(65536 + packet);
                continue;
            }

            statistics.HandlePacket(
                65536 + packet,
                unchecked((uint)(packet * 3000)),
                ClockRate,
                Instant.Zero + (packet * TimeSpan.FromSeconds(1.0 / 30))
            );
        }

        Assert.Equal(0u, statistics.Jitter);
        Assert.Equal(0, statistics.Lost);
        Assert.Equal(100, statistics.Received);
    }

    [Fact]
    public void HandleUntimed_AllocatesNothing()
    {
        var statistics = default(ReceptionStatistics);
        long sequence = 65536;
        AllocationAssert.None(() => statistics.HandleUntimed(sequence++));
    }

    [Fact]
    public void Jitter_SteadyArrival_StaysZero()
    {
        var statistics = default(ReceptionStatistics);
        for (var packet = 0; packet < 100; packet++)
        {
            statistics.HandlePacket(
                65536 + packet,
                unchecked((uint)(packet * 3000)),
                ClockRate,
                Instant.Zero + (packet * TimeSpan.FromSeconds(1.0 / 30))
            );
        }

        Assert.InRange(statistics.Jitter, 0u, 1u);
    }

    /// <summary>Every second packet late by 10 ms: differences of 900 units, to which J converges.</summary>
    [Fact]
    public void Jitter_AlternatingDelay_ConvergesToTheDifference()
    {
        var statistics = default(ReceptionStatistics);
        for (var packet = 0; packet < 200; packet++)
        {
            var late = packet % 2 == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(10);
            statistics.HandlePacket(
                65536 + packet,
                unchecked((uint)(packet * 3000)),
                ClockRate,
                Instant.Zero + (packet * TimeSpan.FromSeconds(1.0 / 30)) + late
            );
        }

        Assert.InRange(statistics.Jitter, 890u, 901u);
    }

    [Fact]
    public void HandlePacket_HandleRecovered_AllocateNothing()
    {
        var statistics = default(ReceptionStatistics);
        var sequence = 65536L;
        AllocationAssert.None(() =>
        {
            statistics.HandlePacket(sequence++, 0, ClockRate, Instant.Zero);
            statistics.HandleRecovered();
        });
    }
}
