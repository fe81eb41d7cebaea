namespace Edge.Protocol.DataChannels.Sending;

/// <summary>Where a chunk with a TSN is.</summary>
internal enum OutstandingState : byte
{
    /// <summary>On its way, as far as we know.</summary>
    InFlight,

    /// <summary>Taken for lost; to be sent again.</summary>
    Lost,

    /// <summary>The peer reported it behind a gap.</summary>
    GapAcked,

    /// <summary>Its message was given up (RFC 3758 §3.5).</summary>
    Abandoned,
}
