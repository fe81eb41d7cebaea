namespace Edge.Protocol.Transport;

/// <summary>The plain packet left in place in the datagram's buffer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Its length from the buffer's start, in bytes.</param>
public readonly record struct PeerInput(PeerInputKind Kind, int Length)
{
    /// <summary>Nothing for the media layer.</summary>
    public static readonly PeerInput None;
}
