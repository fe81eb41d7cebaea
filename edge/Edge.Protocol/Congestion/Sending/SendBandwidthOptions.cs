using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>Bounds of what a viewer's bandwidth is estimated to be.</summary>
public sealed record SendBandwidthOptions
{
    /// <summary>The first estimate. Default 300 kbit/s, libwebrtc's: sound and a lowest layer; probes go to
    /// six times of it within the first second.</summary>
    public Bitrate Start { get; init; } = Bitrate.FromKilobits(300);

    /// <summary>The least estimate. Default 50 kbit/s: sound goes on whatever happens.</summary>
    public Bitrate Min { get; init; } = Bitrate.FromKilobits(50);

    /// <summary>The highest estimate. Default 100 Mbit/s, as <see cref="RembReceiver.Most"/>.</summary>
    public Bitrate Max { get; init; } = Bitrate.FromKilobits(100_000);

    /// <summary>The fastest probe. Default 20 Mbit/s: libwebrtc's 5 Mbit/s are for one encoder; a viewer
    /// of many tracks can use more, and probes never go beyond twice of what is wanted.</summary>
    public Bitrate ProbeMax { get; init; } = Bitrate.FromKilobits(20_000);

    /// <summary>What is wrong with these options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        if (Min <= Bitrate.Zero)
        {
            problems.Add("Min must be above zero.");
        }

        if (Start < Min || Start > Max)
        {
            problems.Add("Start must lie from Min to Max.");
        }

        if (ProbeMax <= Bitrate.Zero)
        {
            problems.Add("ProbeMax must be above zero.");
        }

        return problems;
    }
}
