namespace Edge.Forwarding.Downlinks;

/// <summary>Counters of one viewer's downlink.</summary>
public struct DownlinkStats
{
    /// <summary>Packets that had to wait.</summary>
    public long Held { get; internal set; }

    /// <summary>Packets that were thrown away because they waited too long.</summary>
    public long ThrownAway { get; internal set; }

    /// <summary>Packets that only tested the network.</summary>
    public long Probes { get; internal set; }

    /// <summary>Times that something of its tracks was changed, so that they have something to do.</summary>
    public long Changes { get; internal set; }

    /// <summary>Times that the network's room was divided anew.</summary>
    public long Allocations { get; internal set; }
}
