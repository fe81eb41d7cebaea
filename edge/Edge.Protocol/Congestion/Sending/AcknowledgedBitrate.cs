using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>The rate at which packets arrive, by a mean that trusts steady samples more.</summary>
/// <remarks>
/// Each window of 150 ms (500 ms at first) gives a sample. A sample far from the estimate is taken to be
/// uncertain, so a delayed burst moves it little; where a change is expected it is believed at once.
/// Units: kbit/s inside, as its variances are tuned for. Source: libwebrtc's Bayesian bitrate estimator, which
/// str0m has too (protocols.md §3.7); libwebrtc now prefers another that keeps hundreds of packets.
/// </remarks>
internal sealed partial class AcknowledgedBitrate
{
    private static readonly TimeSpan FirstWindow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(150);
    private const double VarianceStart = 50;
    private const double VarianceOfTime = 5;
    private const double VarianceOfChange = 200;
    private const double UncertaintyScale = 10;

    /// <summary>As str0m; libwebrtc's is zero.</summary>
    private const double FloorKbps = 40;

    /// <summary>Samples that an expected change is waited for. Chosen: the one under way is of the past,
    /// the next is mixed; libwebrtc's one is spent on the first.</summary>
    private const int ChangeSamples = 3;

    private TimeSpan _lastArrival;
    private TimeSpan _inWindow;
    private long _windowBytes;
    private double _estimateKbps;
    private double _variance = VarianceStart;
    private int _changeSamples;
    private bool _isStarted;

    /// <summary>The rate; zero while unknown.</summary>
    public Bitrate Estimate => new((long)(_estimateKbps * 1000));

    /// <summary>Takes a received packet, in the order of arrival.</summary>
    [HotPath]
    public void HandlePacket(TimeSpan arrival, int bytes)
    {
        var window = _estimateKbps == 0 ? FirstWindow : Window;
        Pass(arrival, window);
        if (_inWindow >= window)
        {
            // Of its own length, not of the window's: what comes in lumps would be a third less.
            var sampleKbps = _windowBytes * 8 / _inWindow.TotalMilliseconds;
            _inWindow = TimeSpan.Zero;
            _windowBytes = 0;
            AddSample(sampleKbps);
        }

        _windowBytes += bytes;
    }

    /// <summary>The rate is about to change: the next samples count more than the past.</summary>
    [HotPath]
    public void ExpectChange() => _changeSamples = ChangeSamples;

    private void Pass(TimeSpan arrival, TimeSpan window)
    {
        var elapsed = arrival - _lastArrival;
        if (!_isStarted || elapsed < -window)
        {
            // The first one, or another clock.
            _isStarted = true;
            _inWindow = TimeSpan.Zero;
            _windowBytes = 0;
            _lastArrival = arrival;
            return;
        }

        if (elapsed <= TimeSpan.Zero)
        {
            return;
        }

        _lastArrival = arrival;
        _inWindow += elapsed;
        if (elapsed > window)
        {
            // A pause says nothing of the rate.
            _windowBytes = 0;
            _inWindow = new TimeSpan(_inWindow.Ticks % window.Ticks);
        }
    }

    private void AddSample(double sampleKbps)
    {
        if (_estimateKbps == 0)
        {
            _estimateKbps = Math.Max(sampleKbps, FloorKbps);
            return;
        }

        var uncertainty = UncertaintyScale * Math.Abs(_estimateKbps - sampleKbps) / _estimateKbps;
        var sampleVariance = uncertainty * uncertainty;
        var predicted = _variance + (_changeSamples > 0 ? VarianceOfChange : VarianceOfTime);
        _changeSamples = Math.Max(0, _changeSamples - 1);
        var sum = sampleVariance + predicted;
        _estimateKbps = Math.Max(
            FloorKbps,
            (sampleVariance * _estimateKbps + predicted * sampleKbps) / sum
        );
        _variance = sampleVariance * predicted / sum;
    }
}
