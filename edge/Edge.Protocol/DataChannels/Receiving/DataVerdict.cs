namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>What a DATA chunk was to the receiver.</summary>
internal enum DataVerdict : byte
{
    /// <summary>New, and taken.</summary>
    Taken,

    /// <summary>Received before.</summary>
    Duplicate,

    /// <summary>No room now: it has to come again.</summary>
    Refused,

    /// <summary>It makes its message longer than we take.</summary>
    TooLong,

    /// <summary>The buffer's hard bound is reached by a peer that does not keep to its window.</summary>
    OutOfResources,
}
