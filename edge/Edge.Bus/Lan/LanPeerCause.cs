namespace Edge.Bus.Lan;

/// <summary>What a change of a peer's state is known by.</summary>
public enum LanPeerCause : byte
{
    /// <summary>There was none.</summary>
    None,

    /// <summary>It was heard: for the first time, or again, the same life of it (or it does not say which).</summary>
    Heard,

    /// <summary>It was heard, and is another life than before: what that one had in memory is lost.</summary>
    Restarted,

    /// <summary>Its connection ended without a goodbye: its system closed for it.</summary>
    Closed,

    /// <summary>Nothing was heard of it: it hangs, or its machine or the network to it is gone.</summary>
    Silent,

    /// <summary>It has said that it leaves.</summary>
    Left,

    /// <summary>It is no peer any more; whether it lives is not known.</summary>
    Removed,
}
