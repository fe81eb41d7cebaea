using Edge.Protocol.Transport;

namespace Edge.Node.HandOver.Deciding.Early;

/// <summary>What begins an early move: the first check of a session that another node of the PoP passed on.</summary>
internal static class EarlyTrigger
{
    /// <summary>Whether something that came for a session nobody has connected to gives it to another node.</summary>
    /// <param name="peer">The session's.</param>
    /// <param name="staysHere">Whether it was tried before, or another node gave it.</param>
    /// <param name="via">The number of the node that passed it on; 0: it came here itself.</param>
    /// <param name="self">The number of this node.</param>
    /// <param name="datagram">What came. Looked at last: nobody is disturbed, and nothing is computed, for what would be
    /// refused.</param>
    public static bool Is(
        Peer peer,
        bool staysHere,
        ushort via,
        ushort self,
        ReadOnlySpan<byte> datagram
    ) =>
        !staysHere
        && via != 0
        && via != self
        && peer.Transport.State == PeerState.New
        && peer.FindRefusal() == PeerCapture.Captured
        && peer.Transport.Ice.IsCheckOfPeer(datagram);
}
