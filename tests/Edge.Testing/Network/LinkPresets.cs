using Edge.Primitives;

namespace Edge.Testing.Network;

/// <summary>Named conditions of one direction of a path, in one table.</summary>
/// <remarks>
/// <code>
/// name       delay  jitter  loss                rate     queue  source
/// Lan        0.2ms  0.05ms  none                1 Gbit   64 kB  Chosen: switched Ethernet, RTT under 0.5 ms
/// Wifi         3ms    3ms   0.1 %               40 Mbit 250 kB  Chosen: one access point, 50 ms of queue
/// WifiLossy    5ms   10ms   4.8 % in bursts     20 Mbit 250 kB  Chosen: bursts of 3 packets, 100 ms of queue
/// Cellular    45ms   15ms   0.2 %               20 Mbit 750 kB  Chosen: 45 ms and 0.2 % of Loadero's 4G; 300 ms of queue as RFC 8867 §4.1
/// Satellite  279ms    2ms   0.1 %, bursts of 8  10 Mbit 375 kB  RFC 2488 §2: 279.0 ms a hop at the edge of view
/// Congested   50ms   30ms   9.7 % in bursts    1.5 Mbit  56 kB  RFC 8867 §5.1: 50 ms, jitter 30 ms, queue 300 ms
/// </code>
/// Mean loss of bursts: <see cref="BurstLoss.MeanLoss"/>; a test compares it with this table.
/// </remarks>
public static class LinkPresets
{
    private const int EthernetMtuBytes = 1500;

    /// <summary>A switched local network.</summary>
    public static readonly LinkConditions Lan = new()
    {
        Delay = TimeSpan.FromMicroseconds(200),
        Jitter = TimeSpan.FromMicroseconds(50),
        MtuBytes = EthernetMtuBytes,
        Rate = Bitrate.FromKilobits(1_000_000),
    };

    /// <summary>A good wireless network at home.</summary>
    public static readonly LinkConditions Wifi = new()
    {
        Delay = TimeSpan.FromMilliseconds(3),
        Jitter = TimeSpan.FromMilliseconds(3),
        JitterCorrelation = 0.25,
        Loss = 0.001,
        MtuBytes = EthernetMtuBytes,
        Rate = Bitrate.FromKilobits(40_000),
        QueueBytes = 250_000,
    };

    /// <summary>A wireless network at the edge of its reach, about 5 % loss.</summary>
    public static readonly LinkConditions WifiLossy = new()
    {
        Delay = TimeSpan.FromMilliseconds(5),
        Jitter = TimeSpan.FromMilliseconds(10),
        JitterCorrelation = 0.25,
        Bursts = new(ToBad: 0.0168, ToGood: 0.333),
        MtuBytes = EthernetMtuBytes,
        Rate = Bitrate.FromKilobits(20_000),
        QueueBytes = 250_000,
    };

    /// <summary>A mobile phone network of the fourth generation.</summary>
    public static readonly LinkConditions Cellular = new()
    {
        Delay = TimeSpan.FromMilliseconds(45),
        Jitter = TimeSpan.FromMilliseconds(15),
        JitterCorrelation = 0.5,
        Loss = 0.002,
        MtuBytes = EthernetMtuBytes,
        Rate = Bitrate.FromKilobits(20_000),
        QueueBytes = 750_000,
    };

    /// <summary>A geostationary satellite hop.</summary>
    public static readonly LinkConditions Satellite = new()
    {
        Delay = TimeSpan.FromMilliseconds(279),
        Jitter = TimeSpan.FromMilliseconds(2),
        Bursts = new(ToBad: 0.000125, ToGood: 0.125),
        MtuBytes = EthernetMtuBytes,
        Rate = Bitrate.FromKilobits(10_000),
        QueueBytes = 375_000,
    };

    /// <summary>A path that others fill, about 10 % loss in bursts.</summary>
    public static readonly LinkConditions Congested = new()
    {
        Delay = TimeSpan.FromMilliseconds(50),
        Jitter = TimeSpan.FromMilliseconds(30),
        JitterCorrelation = 0.25,
        Bursts = new(ToBad: 0.0215, ToGood: 0.2),
        MtuBytes = EthernetMtuBytes,
        Rate = Bitrate.FromKilobits(1_500),
        QueueBytes = 56_000,
    };

    /// <summary>All presets by name, for theories.</summary>
    public static IReadOnlyList<(string Name, LinkConditions Conditions)> All { get; } =
    [
        (nameof(Lan), Lan),
        (nameof(Wifi), Wifi),
        (nameof(WifiLossy), WifiLossy),
        (nameof(Cellular), Cellular),
        (nameof(Satellite), Satellite),
        (nameof(Congested), Congested),
    ];
}
