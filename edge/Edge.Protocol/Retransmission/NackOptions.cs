namespace Edge.Protocol.Retransmission;

/// <summary>How patiently lost packets are asked for.</summary>
public sealed record NackOptions
{
    /// <summary>Time a gap may stay open before the first NACK. Default 10 ms, range 0 to 100 ms.
    /// Chosen: reordering on access networks is mostly below it, and it is small beside an RTT.</summary>
    public TimeSpan ReorderWait { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Least time between two NACKs for one packet. Default 20 ms. Chosen: as common
    /// implementations do; the answer cannot be quicker than a frame of the sender's pacer.</summary>
    public TimeSpan RepeatMin { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Round trip assumed until one was measured. Default 100 ms.</summary>
    public TimeSpan RoundTripInitial { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>NACKs sent for one packet before giving up. Default 10.</summary>
    public int TriesMax { get; init; } = 10;

    /// <summary>Age at which a lost packet is given up whatever its tries. Default 1 s. Chosen: senders
    /// keep about a second of packets, and a viewer's jitter buffer is far shorter.</summary>
    public TimeSpan AgeMax { get; init; } = TimeSpan.FromSeconds(1);
}
