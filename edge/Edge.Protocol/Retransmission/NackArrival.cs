namespace Edge.Protocol.Retransmission;

/// <summary>What a received packet was to the <see cref="NackGenerator"/>.</summary>
public enum NackArrival : byte
{
    /// <summary>A packet not seen before, in order or newly ahead.</summary>
    New,

    /// <summary>A packet that was missing: it came late or by retransmission.</summary>
    Recovered,

    /// <summary>A packet already received: drop it.</summary>
    Duplicate,

    /// <summary>A packet so old that nobody knows whether it was received: drop it.</summary>
    TooOld,
}
