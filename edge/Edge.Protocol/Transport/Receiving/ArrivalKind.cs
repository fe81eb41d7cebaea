namespace Edge.Protocol.Transport.Receiving;

/// <summary>How a packet counts in the statistics of its stream.</summary>
internal enum ArrivalKind : byte
{
    /// <summary>Media, sent when its timestamp says.</summary>
    Media,

    /// <summary>An event, whose packets all repeat the timestamp of its beginning (RFC 4733 §2.2.2).</summary>
    TelephoneEvent,

    /// <summary>A repair of a packet that was lost.</summary>
    Retransmission,
}
