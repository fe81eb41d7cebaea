namespace Edge.Wire.Sdp.Attributes;

/// <summary>Who sends, seen from whoever wrote it (RFC 8866 §6.7).</summary>
public enum SdpDirection : byte
{
    /// <summary>Both; also what no attribute means.</summary>
    SendReceive,

    /// <summary>Only the writer.</summary>
    SendOnly,

    /// <summary>Only the reader.</summary>
    ReceiveOnly,

    /// <summary>Nobody.</summary>
    Inactive,
}
