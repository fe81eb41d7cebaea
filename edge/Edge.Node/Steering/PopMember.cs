using Edge.Primitives;

namespace Edge.Node.Steering;

/// <summary>A process of the PoP that datagrams may be passed on to.</summary>
/// <param name="Name">Its name; owner codes have its number.</param>
/// <param name="Hop">Where it takes what others pass on.</param>
/// <param name="IsConnected">Whether what is said over the bus reaches it now.</param>
public readonly record struct PopMember(string Name, NetworkAddress Hop, bool IsConnected);
