namespace Edge.Protocol.Congestion.Sending;

/// <summary>Why a packet was sent.</summary>
public enum SentPacketKind : byte
{
    /// <summary>Sound or picture, for the first time.</summary>
    Media,

    /// <summary>A retransmission that the viewer asked for.</summary>
    Repair,

    /// <summary>Nothing the viewer needs: it only tests the network.</summary>
    Padding,
}
