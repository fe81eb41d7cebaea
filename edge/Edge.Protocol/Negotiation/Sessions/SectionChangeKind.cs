namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>What changed in a section.</summary>
public enum SectionChangeKind : byte
{
    /// <summary>The client sends from now on.</summary>
    ReceiveStarted,

    /// <summary>The client goes on, under another agreement.</summary>
    ReceiveChanged,

    /// <summary>The client does not send any more.</summary>
    ReceiveEnded,

    /// <summary>This end may send from now on.</summary>
    SendStarted,

    /// <summary>This end goes on, under another agreement.</summary>
    SendChanged,

    /// <summary>This end must not send any more.</summary>
    SendEnded,

    /// <summary>SCTP may start.</summary>
    DataChannelsStarted,

    /// <summary>SCTP is over.</summary>
    DataChannelsEnded,
}
