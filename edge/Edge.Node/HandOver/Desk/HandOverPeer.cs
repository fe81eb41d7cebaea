namespace Edge.Node.HandOver.Desk;

/// <summary>A node of the PoP that would take sessions.</summary>
/// <param name="Node">Its number.</param>
/// <param name="Room">How many it would take.</param>
/// <param name="Life">Tells its runs apart: another one knows nothing of what this one took.</param>
/// <param name="Ticket">What letters to it have to show, for <see cref="Letters.HandOverTickets.ValidFor"/>.</param>
/// <param name="KeyId">Which of the PoP's keys both have.</param>
/// <param name="Place">Where processes of its machine give it TCP connections; 0: nowhere.</param>
internal sealed record HandOverPeer(
    ushort Node,
    int Room,
    ulong Life,
    UInt128 Ticket,
    byte KeyId,
    UInt128 Place = default
)
{
    /// <summary>Whether it is a process of this machine that takes TCP connections.</summary>
    public bool IsHere { get; init; }
}
