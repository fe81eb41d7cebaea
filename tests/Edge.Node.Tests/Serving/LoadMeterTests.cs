using Edge.Node.Serving;
using Xunit;

namespace Edge.Node.Tests.Serving;

/// <summary>How busy a process says it is.</summary>
public sealed class LoadMeterTests
{
    private readonly StepTime _time = new();
    private TimeSpan _used;

    [Fact]
    public void Measure_OneOfTwoProcessorsBusy_ComesToHalfWithinSeconds()
    {
        var meter = new LoadMeter(_time, () => _used, processors: 2);
        Assert.Equal(0, meter.Share);

        Pass(meter, seconds: 1, used: 1);
        Assert.InRange(meter.Share, 0.1, 0.2);
        for (var second = 0; second < 15; second++)
        {
            Pass(meter, seconds: 1, used: 1);
        }

        Assert.InRange(meter.Share, 0.49, 0.5);
    }

    /// <summary>Many looks in a row weigh no more than one after the same time.</summary>
    [Fact]
    public void Measure_OftenOrSeldom_TheSame()
    {
        var often = new LoadMeter(_time, () => _used, processors: 1);
        var seldom = new LoadMeter(_time, () => _used, processors: 1);
        for (var look = 0; look < 20; look++)
        {
            Pass(often, seconds: 0.1, used: 0.05);
            often.Measure();
        }

        seldom.Measure();

        Assert.Equal(seldom.Share, often.Share, precision: 3);
    }

    [Fact]
    public void Measure_MoreThanThereIs_One()
    {
        var meter = new LoadMeter(_time, () => _used, processors: 1);
        Pass(meter, seconds: 100, used: 1000);
        Assert.Equal(1, meter.Share);
    }

    private void Pass(LoadMeter meter, double seconds, double used)
    {
        _time.Pass(TimeSpan.FromSeconds(seconds));
        _used += TimeSpan.FromSeconds(used);
        meter.Measure();
    }

    /// <summary>A clock that goes on by steps.</summary>
    private sealed class StepTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
