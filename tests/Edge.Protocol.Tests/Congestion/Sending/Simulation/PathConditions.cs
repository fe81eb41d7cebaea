using Edge.Primitives;

namespace Edge.Protocol.Tests.Congestion.Sending.Simulation;

/// <summary>A viewer's path.</summary>
internal sealed record PathConditions
{
    /// <summary>What the bottleneck carries at first.</summary>
    public required Bitrate Rate { get; init; }

    /// <summary>From end to end in one direction, without queue.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>The longest queue; what does not fit is lost.</summary>
    public TimeSpan QueueMax { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The share lost behind the bottleneck, by chance.</summary>
    public double Loss { get; init; }

    /// <summary>The longest time for which the channel holds all packets back.</summary>
    public TimeSpan HoldMax { get; init; }

    /// <summary>The share that takes another way, longer by up to <see cref="DetourMax"/>.</summary>
    public double Reordered { get; init; }

    /// <summary>The longest detour.</summary>
    public TimeSpan DetourMax { get; init; } = TimeSpan.FromMilliseconds(30);

    /// <summary>What another sender sends through the bottleneck while it sends.</summary>
    public Bitrate Cross { get; init; }

    /// <summary>The mean length of the other sender's bursts and pauses.</summary>
    public TimeSpan CrossLength { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>5 Mbit/s of Wi-Fi: packets are held for up to 20 ms, several times a second.</summary>
    public static PathConditions Wifi { get; } =
        new()
        {
            Rate = Bitrate.FromKilobits(5000),
            Delay = TimeSpan.FromMilliseconds(10),
            HoldMax = TimeSpan.FromMilliseconds(20),
            Loss = 0.002,
        };

    /// <summary>A path that loses one packet of twenty whatever is sent.</summary>
    public static PathConditions Lossy { get; } =
        new()
        {
            Rate = Bitrate.FromKilobits(2500),
            Delay = TimeSpan.FromMilliseconds(25),
            Loss = 0.05,
        };

    /// <summary>Cellular: 300 ms round trip, a deep queue.</summary>
    public static PathConditions Cellular { get; } =
        new()
        {
            Rate = Bitrate.FromKilobits(2000),
            Delay = TimeSpan.FromMilliseconds(150),
            QueueMax = TimeSpan.FromMilliseconds(800),
            HoldMax = TimeSpan.FromMilliseconds(10),
            Loss = 0.002,
        };

    /// <summary>The path of the steps, 50 ms round trip.</summary>
    public static PathConditions Step { get; } =
        new()
        {
            Rate = Bitrate.FromKilobits(2500),
            Delay = TimeSpan.FromMilliseconds(25),
            QueueMax = TimeSpan.FromMilliseconds(500),
        };

    /// <summary>Hardly enough for a lowest layer.</summary>
    public static PathConditions Slow { get; } =
        new()
        {
            Rate = Bitrate.FromKilobits(300),
            Delay = TimeSpan.FromMilliseconds(25),
            QueueMax = TimeSpan.FromMilliseconds(500),
        };

    /// <summary>Room for many tracks.</summary>
    public static PathConditions Fast { get; } =
        new()
        {
            Rate = Bitrate.FromKilobits(20_000),
            Delay = TimeSpan.FromMilliseconds(10),
            QueueMax = TimeSpan.FromMilliseconds(100),
        };

    /// <summary>A queue too short to be seen: what is too much is lost.</summary>
    public static PathConditions Shallow { get; } =
        new()
        {
            Rate = Bitrate.FromKilobits(2500),
            Delay = TimeSpan.FromMilliseconds(25),
            QueueMax = TimeSpan.FromMilliseconds(12),
        };

    /// <summary>Another sender takes a third of the path in bursts.</summary>
    public static PathConditions Crossed { get; } =
        new()
        {
            Rate = Bitrate.FromKilobits(4000),
            Delay = TimeSpan.FromMilliseconds(25),
            Cross = Bitrate.FromKilobits(1300),
        };

    /// <summary>Wi-Fi that aggregates: packets are held for up to 50 ms.</summary>
    public static PathConditions Bursty { get; } =
        Wifi with
        {
            HoldMax = TimeSpan.FromMilliseconds(50),
        };

    /// <summary>Two ways, of which one is longer.</summary>
    public static PathConditions TwoWays { get; } = Step with { Reordered = 0.05 };

    /// <summary>A path that two share.</summary>
    public static PathConditions Shared { get; } =
        Step with
        {
            Rate = Bitrate.FromKilobits(5000),
            QueueMax = TimeSpan.FromMilliseconds(200),
        };
}
