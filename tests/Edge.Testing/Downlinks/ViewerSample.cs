using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>How a viewer did at a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Carried">What its network carries.</param>
/// <param name="Queue">How long a packet would wait in its network.</param>
/// <param name="Estimate">What the node believes that the network carries.</param>
/// <param name="SentBytes">Bytes that the node had sent.</param>
/// <param name="ShownLayer">The layer of the first camera that it sees; -1 for none.</param>
/// <param name="SentLayer">The layer of the first camera that it is sent; -1 for none.</param>
/// <param name="Waiting">Packets that wait at the node.</param>
public readonly record struct ViewerSample(
    Instant At,
    Bitrate Carried,
    TimeSpan Queue,
    Bitrate Estimate,
    long SentBytes,
    int ShownLayer,
    int SentLayer,
    int Waiting
);
