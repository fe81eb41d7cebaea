using Edge.Primitives;

namespace Edge.Testing.Network;

/// <summary>A datagram that the virtual network delivers.</summary>
/// <param name="From">Who sent it, as the receiver sees it.</param>
/// <param name="To">Whom it is for.</param>
/// <param name="Bytes">Its content; the receiver owns the array.</param>
public readonly record struct VirtualDatagram(NetworkAddress From, NetworkAddress To, byte[] Bytes);
