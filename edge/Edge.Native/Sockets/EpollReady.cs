namespace Edge.Native.Sockets;

/// <summary>What a wait ended with.</summary>
[Flags]
public enum EpollReady : byte
{
    /// <summary>The time was over, or a signal came.</summary>
    None = 0,

    /// <summary>The socket has datagrams.</summary>
    Socket = 1,

    /// <summary>Another thread asks for attention.</summary>
    Event = 2,

    /// <summary>Further sockets have datagrams: <see cref="Epoll.ReadyPorts"/>.</summary>
    Port = 4,

    /// <summary>The listener has connections to accept, for the first time since it had none.</summary>
    Listener = 8,

    /// <summary>Connections have bytes, room, or an end: <see cref="Epoll.ReadyConnections"/>.</summary>
    Connection = 16,
}
