namespace Edge.Hosting.Discovery;

/// <summary>What a look into the catalogue changed.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Of which process.</param>
/// <param name="Refusal">Why it is no peer, when it was refused.</param>
internal readonly record struct BookChange(
    BookChangeKind Kind,
    string Name,
    PeerRefusal Refusal = default
);
