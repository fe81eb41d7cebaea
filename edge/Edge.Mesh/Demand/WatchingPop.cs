using Edge.Mesh.Peers;

namespace Edge.Mesh.Demand;

/// <summary>Another PoP that watches a track.</summary>
/// <param name="Peer">What is counted of it.</param>
/// <param name="Layers">The layers that any of its nodes watches, one bit each.</param>
internal readonly record struct WatchingPop(PeerPop Peer, uint Layers);
