namespace Edge.Testing.Network;

/// <summary>A datagram on its way.</summary>
internal sealed class VirtualFlight(VirtualLink link, VirtualDatagram datagram)
{
    public VirtualLink Link { get; } = link;

    public VirtualDatagram Datagram { get; } = datagram;

    /// <summary>Later packets that still have to overtake it, when it is held back.</summary>
    public int OvertakersLeft { get; set; }

    /// <summary>Set when a held datagram was queued again at an earlier instant.</summary>
    public bool IsRequeued { get; set; }
}
