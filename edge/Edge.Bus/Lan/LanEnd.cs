namespace Edge.Bus.Lan;

/// <summary>Why a connection ended, or could not be made.</summary>
public enum LanEnd : byte
{
    /// <summary>None has ended yet.</summary>
    None,

    /// <summary>The address takes no connection.</summary>
    Unreachable,

    /// <summary>The other side closed during the handshake: it does not have this key, or does not count this
    /// process among its peers.</summary>
    Refused,

    /// <summary>The handshake took too long.</summary>
    HandshakeTimedOut,

    /// <summary>What answered does not have the key, or is somebody else.</summary>
    NotAuthentic,

    /// <summary>The two have no version of the protocol in common.</summary>
    VersionMismatch,

    /// <summary>The other process died, and its system closed for it; or it is of a version that closes without a word.</summary>
    Closed,

    /// <summary>The other process has said that it leaves the PoP.</summary>
    Left,

    /// <summary>The other process has said that it ends the connection and lives on.</summary>
    Parted,

    /// <summary>The connection broke.</summary>
    Lost,

    /// <summary>No heartbeat came: the process hangs, or its machine is gone.</summary>
    Silent,

    /// <summary>Something came that is not authentic or not well-formed.</summary>
    Garbled,

    /// <summary>The other side does not take what it must not miss, or has subscribed more than is allowed.</summary>
    Overrun,

    /// <summary>All numbers of records are used up.</summary>
    Exhausted,

    /// <summary>The other process made another connection.</summary>
    Replaced,

    /// <summary>It is not a peer any more, or has another address.</summary>
    Removed,

    /// <summary>This bus was disposed.</summary>
    Stopped,
}
