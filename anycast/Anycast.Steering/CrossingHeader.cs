using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>What one PoP tells another about a flow: the part of <see cref="CrossingMessage"/> before the datagram.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Pop">The number of the sender's PoP.</param>
/// <param name="Node">The number of the sender within it.</param>
/// <param name="Client">The client's address.</param>
/// <param name="Local">The address that the client sent to; empty where there is only one, or it does not matter.</param>
public readonly record struct CrossingHeader(
    CrossingKind Kind,
    ushort Pop,
    ushort Node,
    NetworkAddress Client,
    NetworkAddress Local
)
{
    /// <summary>Of an owned flow: whether its client is known to be there.</summary>
    public FlowProof Proof { get; init; }

    /// <summary>How long ago that was proved, in milliseconds.</summary>
    public TimeSpan ProvedAgo { get; init; }
}
