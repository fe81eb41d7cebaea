using System.Net;

namespace Anycast.Daemon.Settings;

/// <summary>The anycastd of another node of the PoP.</summary>
/// <param name="Node">Its EDGE_NODE.</param>
/// <param name="Address">Its EDGE_ANYCAST_LISTEN, as this process reaches it.</param>
internal sealed record PeerAddress(string Node, IPEndPoint Address);
