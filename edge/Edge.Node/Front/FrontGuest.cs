using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Node.Front;

/// <summary>A connection of which it is not known yet whether it is media or HTTPS.</summary>
/// <param name="Socket">The connection.</param>
/// <param name="Slot">Its place in the table.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
internal sealed record FrontGuest(TcpSocket Socket, int Slot, Instant AcceptedAt);
