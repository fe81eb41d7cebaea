using Edge.Primitives;
using Edge.Testing.Network;

namespace Edge.Testing.Downlinks;

/// <summary>A viewer's network, by the name under which its figures are compared.</summary>
/// <param name="Name">The name.</param>
/// <param name="Conditions">What it does.</param>
/// <param name="Low">What it carries in the middle third, where it is not the same all the time.</param>
/// <param name="Cross">What others send over it in bursts of about half a second, with pauses of about as
/// long.</param>
public sealed record NamedNetwork(
    string Name,
    LinkConditions Conditions,
    Bitrate Low = default,
    Bitrate Cross = default
)
{
    /// <summary>The networks of the table that <c>./bench.sh networks</c> prints.</summary>
    public static IReadOnlyList<NamedNetwork> All { get; } =
    [
        new(
            "wifi",
            new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(10),
                Jitter = TimeSpan.FromMilliseconds(8),
                JitterCorrelation = 0.25,
                Loss = 0.001,
                Rate = Bitrate.FromKilobits(2500),
                QueueBytes = 150_000,
            }
        ),
        new(
            "lossy 5 %",
            new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(20),
                Loss = 0.05,
                Rate = Bitrate.FromKilobits(2500),
                QueueBytes = 150_000,
            }
        ),
        new(
            "cellular 300 ms",
            new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(150),
                Jitter = TimeSpan.FromMilliseconds(10),
                JitterCorrelation = 0.5,
                Loss = 0.002,
                Rate = Bitrate.FromKilobits(2500),
                QueueBytes = 300_000,
            }
        ),
        new(
            "step 2.5-0.6-2.5",
            new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(25),
                Rate = Bitrate.FromKilobits(2500),
                QueueBytes = 150_000,
            },
            Low: Bitrate.FromKilobits(600)
        ),
        new(
            "bursts of others",
            new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(20),
                Rate = Bitrate.FromKilobits(4000),
                QueueBytes = 250_000,
            },
            Cross: Bitrate.FromKilobits(1300)
        ),
    ];
}
