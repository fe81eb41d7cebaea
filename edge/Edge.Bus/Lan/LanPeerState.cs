namespace Edge.Bus.Lan;

/// <summary>What is known of whether a peer lives.</summary>
public enum LanPeerState : byte
{
    /// <summary>It was not heard since it is a peer.</summary>
    Unseen,

    /// <summary>It is heard.</summary>
    Connected,

    /// <summary>It may have died: to suspect is quick and may be wrong.</summary>
    Suspected,

    /// <summary>It has left, or was suspected for long.</summary>
    Gone,
}
