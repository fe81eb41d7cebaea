namespace Edge.Protocol.Transport.Sending;

/// <summary>What a viewer asks for.</summary>
public enum SenderFeedbackKind : byte
{
    /// <summary>A packet again (RFC 4585 §6.2.1).</summary>
    Nack,

    /// <summary>A key frame, by PLI or a new FIR.</summary>
    KeyFrame,
}
