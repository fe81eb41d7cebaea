namespace Edge.Wire.Mesh.Frames;

/// <summary>What a packet is. A reader keeps bits that it does not know.</summary>
[Flags]
public enum MeshPacketFlags : uint
{
    /// <summary>Nothing of this.</summary>
    None = 0,

    /// <summary>The RTP marker bit.</summary>
    Marker = 1,

    /// <summary>A decoder can start with it.</summary>
    KeyFrameStart = 2,

    /// <summary>A telephone event beside the sound (RFC 4733).</summary>
    TelephoneEvent = 4,
}
