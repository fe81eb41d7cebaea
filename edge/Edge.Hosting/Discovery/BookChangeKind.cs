namespace Edge.Hosting.Discovery;

/// <summary>Kinds of <see cref="BookChange"/>.</summary>
internal enum BookChangeKind
{
    /// <summary>A process became a peer.</summary>
    Found,

    /// <summary>A peer listens elsewhere.</summary>
    Moved,

    /// <summary>A peer is none any more.</summary>
    Dropped,

    /// <summary>A process cannot be a peer.</summary>
    Refused,
}
