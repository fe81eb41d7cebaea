using Edge.Native.Sockets;

namespace Edge.Hosting.Links;

/// <summary>The bytes that an edge says to anycastd of its machine (EDGE_ANYCAST_SOCKET). It is never answered but by the end of
/// the link.</summary>
public static class AnycastSign
{
    /// <summary>That was all; the link stays while the edge lives.</summary>
    public const byte All = 0;

    /// <summary>One of its media sockets comes with this byte.</summary>
    public const byte Socket = SocketHandOver.Sign;

    /// <summary>It is about to bind its ports: sockets of edges that are no more are to be let go. When that is done the link
    /// ends.</summary>
    public const byte LetGo = 2;
}
