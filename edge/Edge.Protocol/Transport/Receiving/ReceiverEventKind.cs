namespace Edge.Protocol.Transport.Receiving;

/// <summary>What a publisher said or failed to say.</summary>
public enum ReceiverEventKind : byte
{
    /// <summary>A sender report tied a layer's timestamps to NTP time.</summary>
    SenderReport,

    /// <summary>Packets of a layer are lost for good: only a key frame helps.</summary>
    KeyFrameNeeded,

    /// <summary>The publisher said whether it sends a layer, and how large its pictures are.</summary>
    LayerAllocation,
}
