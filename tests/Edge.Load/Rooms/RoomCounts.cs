using Edge.Primitives;

namespace Edge.Load.Rooms;

/// <summary>Counters at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="Members">Of each member, in the order of joining.</param>
/// <param name="Edge">CPU time of the edge.</param>
/// <param name="Control">CPU time of control.</param>
/// <param name="EdgeWaited">Seconds that its threads for clients waited for a processor.</param>
/// <param name="ClientsWaited">The same of the clients' thread.</param>
/// <param name="Machine">CPU time of the machine.</param>
/// <param name="Drops">Datagrams lost before sockets.</param>
internal sealed record RoomCounts(
    Instant At,
    ViewerCounts[] Members,
    ServerCpu Edge,
    ServerCpu Control,
    double EdgeWaited,
    double ClientsWaited,
    MachineTime Machine,
    SocketDrops Drops
);
