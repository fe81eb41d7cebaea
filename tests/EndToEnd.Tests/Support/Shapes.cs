using Edge.Primitives;
using Edge.Testing.Network;

namespace EndToEnd.Tests.Support;

/// <summary>What links of these tests are like.</summary>
internal static class Shapes
{
    /// <summary>A round trip of 50 ms over a bottleneck, the same in both directions.</summary>
    /// <param name="kilobits">What it carries in a second. Its queue holds 150 kB, as in
    /// <see cref="Edge.Testing.Downlinks.NamedNetwork"/>: two seconds of 600 kbit/s.</param>
    /// <param name="loss">Share of packets that are lost besides.</param>
    public static LinkConditions Carries(int kilobits, double loss = 0) =>
        new()
        {
            Delay = TimeSpan.FromMilliseconds(25),
            Rate = Bitrate.FromKilobits(kilobits),
            QueueBytes = 150_000,
            Loss = loss,
        };
}
