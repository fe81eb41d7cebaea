using System.Net;

namespace Edge.Bus.Lan;

/// <summary>Another process of the PoP: a node or a control.</summary>
/// <param name="Name">Its name, unique in the PoP (<see cref="LanBusOptions.Name"/>).</param>
/// <param name="Address">Where it listens.</param>
public sealed record LanPeer(string Name, IPEndPoint Address);
