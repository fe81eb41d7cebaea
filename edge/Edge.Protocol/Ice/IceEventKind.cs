namespace Edge.Protocol.Ice;

/// <summary>What an agent tells its owner.</summary>
public enum IceEventKind : byte
{
    /// <summary>An address passed an authenticated check for the first time: DTLS may come from it.</summary>
    AddressValidated,

    /// <summary>A validated address was dropped to make room for a newer one.</summary>
    AddressForgotten,

    /// <summary>Datagrams go to this address from now on.</summary>
    PairSelected,

    /// <summary>Nothing authenticated came from the selected address for too long: stop sending.</summary>
    ConsentLost,

    /// <summary>Consent came back after it was lost. Lite only.</summary>
    ConsentRestored,

    /// <summary>The credentials of a restart were nominated; the ones before are no longer valid.</summary>
    Restarted,

    /// <summary>No path was found in time.</summary>
    Failed,
}
