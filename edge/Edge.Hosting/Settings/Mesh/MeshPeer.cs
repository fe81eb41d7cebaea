using System.Net;

namespace Edge.Hosting.Settings.Mesh;

/// <summary>Another process of the PoP.</summary>
/// <param name="Name">Its EDGE_NODE.</param>
/// <param name="Lan">Its EDGE_LAN, as this process reaches it.</param>
public sealed record MeshPeer(string Name, IPEndPoint Lan);
