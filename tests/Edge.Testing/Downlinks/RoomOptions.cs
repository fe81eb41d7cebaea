using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Testing.Network;

namespace Edge.Testing.Downlinks;

/// <summary>A room in which all publish and each watches some of the others.</summary>
public sealed record RoomOptions
{
    /// <summary>How many publish. Default 100.</summary>
    public int People { get; init; } = 100;

    /// <summary>How many others each watches and hears. Default 25.</summary>
    public int Pulls { get; init; } = 25;

    /// <summary>Whether those whose network is terrible watch, too. Default true. They publish either way.</summary>
    public bool HasTerrible { get; init; } = true;

    /// <summary>For how long everybody joins. Default 1 s.</summary>
    public TimeSpan Joining { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it settles before anything is counted. Default 7 s.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>For how long is counted. Default 4 s.</summary>
    public TimeSpan Counting { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>What each camera sends: as many tiles show it small, 15 pictures a second, 1.3 Mbit/s in all.</summary>
    public static CameraOptions Camera { get; } =
        new()
        {
            Layers =
            [
                new CameraLayer(Rid.Create("c"), Bitrate.FromKilobits(100), 320, 180),
                new CameraLayer(Rid.Create("b"), Bitrate.FromKilobits(300), 640, 360),
                new CameraLayer(Rid.Create("a"), Bitrate.FromKilobits(900), 1280, 720),
            ],
            FramesPerSecond = 15,
        };

    /// <summary>The networks, each with the share of people that have it; the terrible one comes last.</summary>
    public static ImmutableArray<(NamedNetwork Network, double Share)> Networks { get; } =
    [
        (
            new(
                "cable",
                new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(15),
                    Rate = Bitrate.FromKilobits(8000),
                    QueueBytes = 400_000,
                }
            ),
            0.2
        ),
        (
            new(
                "wifi",
                new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(10),
                    Jitter = TimeSpan.FromMilliseconds(8),
                    JitterCorrelation = 0.25,
                    Loss = 0.001,
                    Rate = Bitrate.FromKilobits(4500),
                    QueueBytes = 250_000,
                }
            ),
            0.3
        ),
        (
            new(
                "lossy 3 %",
                new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(20),
                    Loss = 0.03,
                    Rate = Bitrate.FromKilobits(5000),
                    QueueBytes = 200_000,
                }
            ),
            0.2
        ),
        (
            new(
                "600 kbit/s",
                new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(25),
                    Rate = Bitrate.FromKilobits(600),
                    QueueBytes = 60_000,
                }
            ),
            0.2
        ),
        (
            new(
                "terrible",
                new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(150),
                    Jitter = TimeSpan.FromMilliseconds(60),
                    JitterCorrelation = 0.5,
                    Loss = 0.1,
                    Rate = Bitrate.FromKilobits(250),
                    QueueBytes = 40_000,
                }
            ),
            0.1
        ),
    ];
}
