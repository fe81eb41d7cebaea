using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Congestion.Sending.Delay;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending.Delay;

/// <summary>What is done about queues that stand.</summary>
public sealed class DelayBandwidthTests
{
    private const int RoundMs = 100;
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);

    private readonly DelayBandwidth _delay = new(
        new AimdRateControl(
            Bitrate.FromKilobits(1000),
            Bitrate.FromKilobits(50),
            Bitrate.FromKilobits(10_000)
        )
    );
    private int _ms;
    private int _decreases;

    /// <summary>Three decreases against a queue that others hold, whether it goes for a moment or not: then
    /// none for twenty seconds.</summary>
    [Theory]
    [InlineData(1000)]
    [InlineData(10)]
    public void Update_QueueOfOthers_IsToleratedAfterThreeDecreases(int standingRounds)
    {
        Go(rounds: 20, queueMs: 0);
        for (var round = 0; round < 180; round++)
        {
            Go(rounds: 1, queueMs: round % (standingRounds + 6) < standingRounds ? 50 : 0);
        }

        Assert.Equal(3, _decreases);
    }

    /// <summary>A queue that stays away for a second after a decrease was ours: the next one is too.</summary>
    [Fact]
    public void Update_QueueThatDecreasesHelp_IsNeverTolerated()
    {
        Go(rounds: 20, queueMs: 0);
        for (var time = 0; time < 8; time++)
        {
            Go(rounds: 4, queueMs: 50);
            Go(rounds: 16, queueMs: 0);
        }

        Assert.Equal(8, _decreases);
    }

    /// <summary>A small block, of which all packets were held back, is no queue.</summary>
    [Fact]
    public void Update_OneRoundHeldBack_IsNoOveruse()
    {
        Go(rounds: 20, queueMs: 0);
        for (var time = 0; time < 20; time++)
        {
            Go(rounds: 1, queueMs: 45);
            Go(rounds: 4, queueMs: 0);
        }

        Assert.Equal(0, _decreases);
    }

    /// <summary>While it is not known what arrives, a growing queue halves the rate once a round trip, not at
    /// each feedback.</summary>
    [Fact]
    public void Update_QueueGrowsAndNothingIsKnown_HalvesOnceARoundTrip()
    {
        for (var ms = 0; ms < 600; ms += 10)
        {
            var now = Instant.FromMilliseconds(ms + 50);
            var arrival = TimeSpan.FromMilliseconds(ms * 1.3);
            var result = new PacketResult(
                Instant.FromMilliseconds(ms),
                arrival,
                new(1000),
                PacketFate.Received
            );
            _delay.HandlePacket(result, now);
            var isDecreased = _delay.Update(
                Bitrate.Zero,
                Bitrate.Zero,
                TimeSpan.FromMilliseconds(200),
                isProbing: false,
                now
            );
            _decreases += isDecreased ? 1 : 0;
        }

        Assert.InRange(_decreases, 1, 3);
    }

    /// <summary>Rounds of one packet: too few groups for a trend, so that only what stands counts.</summary>
    private void Go(int rounds, int queueMs)
    {
        for (var round = 0; round < rounds; round++)
        {
            var sentAt = Instant.FromMilliseconds(_ms);
            var arrival = TimeSpan.FromMilliseconds(_ms + 20 + queueMs);
            _ms += RoundMs;
            var now = Instant.FromMilliseconds(_ms);
            _delay.HandlePacket(new(sentAt, arrival, new(1000), PacketFate.Received), now);
            var isDecreased = _delay.Update(
                Bitrate.FromKilobits(1000),
                Bitrate.Zero,
                RoundTrip,
                isProbing: true,
                now
            );
            _decreases += isDecreased ? 1 : 0;
        }
    }
}
