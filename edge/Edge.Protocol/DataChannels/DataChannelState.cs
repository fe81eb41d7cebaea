namespace Edge.Protocol.DataChannels;

/// <summary>Where a channel is in its life.</summary>
/// <remarks>Connecting → Open → Closing → Closed; each may be skipped forwards. A closed channel is
/// forgotten and its id free.</remarks>
public enum DataChannelState : byte
{
    /// <summary>No such channel.</summary>
    Closed,

    /// <summary>Opened here, and the peer has not answered; messages may be sent.</summary>
    Connecting,

    /// <summary>Both sides know of it.</summary>
    Open,

    /// <summary>One side closed it; streams are being reset.</summary>
    Closing,
}
