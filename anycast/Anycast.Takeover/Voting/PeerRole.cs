namespace Anycast.Takeover.Voting;

/// <summary>What a process of the PoP does for sessions of others.</summary>
public enum PeerRole : byte
{
    /// <summary>A media node: it holds whole sessions, and may take them over.</summary>
    Holder,

    /// <summary>A control on another machine: it holds epochs, voters and bounds, but no keys, and takes nothing over.</summary>
    Witness,

    /// <summary>A media node that drains: it is there, but no session should rest on it.</summary>
    Leaving,
}
