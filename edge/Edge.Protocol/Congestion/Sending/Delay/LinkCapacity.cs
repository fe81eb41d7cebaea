using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>What the path carried when it was full: a mean and how much it varies.</summary>
/// <remarks>Source: libwebrtc's and str0m's link capacity estimate; draft-ietf-rmcat-gcc-02 §5.5 has the
/// same idea ("close to convergence", three standard deviations).</remarks>
internal sealed partial class LinkCapacity
{
    private const double WeightOfOveruse = 0.05;
    private const double WeightOfProbe = 0.5;

    /// <summary>The variance over the mean, in kbit/s; bounds as libwebrtc.</summary>
    private const double DeviationMin = 0.4;
    private const double DeviationMax = 2.5;
    private const double Sigmas = 3;

    private double _meanKbps;
    private double _deviation = DeviationMin;

    /// <summary>Whether it is known.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The mean; zero while unknown.</summary>
    public Bitrate Estimate => ToRate(IsKnown ? _meanKbps : 0);

    /// <summary>A path that carries more than this is another one than was measured.</summary>
    public Bitrate UpperBound => IsKnown ? ToRate(_meanKbps + Spread) : new(long.MaxValue);

    /// <summary>A full path that carries less than this is another one too.</summary>
    public Bitrate LowerBound => IsKnown ? ToRate(Math.Max(0, _meanKbps - Spread)) : Bitrate.Zero;

    /// <summary>What arrived while the path was overused.</summary>
    public void HandleOveruse(Bitrate received) => Add(received, WeightOfOveruse);

    /// <summary>What a probe that filled the path measured.</summary>
    public void HandleProbe(Bitrate measured) => Add(measured, WeightOfProbe);

    /// <summary>Forgets all.</summary>
    public void Reset() => IsKnown = false;

    private double Spread => Sigmas * Math.Sqrt(_deviation * _meanKbps);

    private void Add(Bitrate sample, double weight)
    {
        var sampleKbps = sample.BitsPerSecond / 1000.0;
        _meanKbps = IsKnown ? (1 - weight) * _meanKbps + weight * sampleKbps : sampleKbps;
        IsKnown = true;
        var error = _meanKbps - sampleKbps;
        var deviation = (1 - weight) * _deviation + weight * error * error / Math.Max(_meanKbps, 1);
        _deviation = Math.Clamp(deviation, DeviationMin, DeviationMax);
    }

    private static Bitrate ToRate(double kbps) => new((long)(kbps * 1000));
}
