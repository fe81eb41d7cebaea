using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending;

public sealed class AcknowledgedBitrateTests
{
    private readonly AcknowledgedBitrate _rate = new();
    private int _ms;

    [Fact]
    public void Estimate_FirstWindow_IsItsRate()
    {
        Receive(ms: 500, bytesPerMs: 125);
        Assert.Equal(Bitrate.Zero, _rate.Estimate);

        Receive(ms: 1, bytesPerMs: 125);
        Assert.Equal(Bitrate.FromKilobits(1000), _rate.Estimate);
    }

    /// <summary>Estimate 1000, variance 50 + 5; sample 500: its uncertainty is 10 * 500 / 1000 = 5, so its
    /// variance 25; (25 * 1000 + 55 * 500) / 80.</summary>
    [Fact]
    public void Estimate_HalfTheRate_MovesByTheWeights()
    {
        Receive(ms: 500, bytesPerMs: 125);
        Receive(ms: 151, bytesPerMs: 62.5);

        Assert.InRange(_rate.Estimate.BitsPerSecond, 656_000, 656_500);
    }

    [Fact]
    public void ExpectChange_StepDown_IsFollowedWithinHalfASecond()
    {
        Receive(ms: 5000, bytesPerMs: 312.5);
        _rate.ExpectChange();
        Receive(ms: 500, bytesPerMs: 75);

        Assert.InRange(_rate.Estimate.BitsPerSecond, 600_000, 720_000);
    }

    [Fact]
    public void Estimate_Pause_IsNoRate()
    {
        Receive(ms: 1000, bytesPerMs: 125);
        _ms += 1000;
        Receive(ms: 500, bytesPerMs: 125);

        Assert.InRange(_rate.Estimate.BitsPerSecond, 950_000, 1_000_000);
    }

    /// <summary>Packets that come with beacons are no fewer.</summary>
    [Fact]
    public void Estimate_LumpsEachHundredMs_IsTheirRate()
    {
        for (var ms = 0; ms < 5000; ms += 100)
        {
            _rate.HandlePacket(TimeSpan.FromMilliseconds(ms), 12_500);
        }

        Assert.InRange(_rate.Estimate.BitsPerSecond, 990_000, 1_010_000);
    }

    private void Receive(int ms, double bytesPerMs)
    {
        // Whole bytes on average.
        for (var index = 0; index < ms; index++)
        {
            var bytes = (int)(bytesPerMs * (index + 1)) - (int)(bytesPerMs * index);
            _rate.HandlePacket(TimeSpan.FromMilliseconds(_ms++), bytes);
        }
    }
}
