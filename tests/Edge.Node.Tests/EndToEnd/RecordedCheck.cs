using System.Text;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Testing.Clients;
using Edge.Wire.Stun;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A check of a client as somebody on its path records it.</summary>
internal static class RecordedCheck
{
    /// <summary>One that nominates.</summary>
    public static byte[] Of(Session session, SocketClient client)
    {
        var to = session.Peer.Transport.Ice.Local;
        var from = client.Client.Peer.Transport.Ice.Local;
        var buffer = new byte[StunMessage.BytesMax];
        var writer = new StunMessageWriter(
            buffer,
            StunClass.Request,
            StunMethod.Binding,
            StunTransactionId.Create(Prng.FromNumber(5))
        );
        writer.AddUsername(
            Encoding.ASCII.GetBytes(to.UsernameFragment),
            Encoding.ASCII.GetBytes(from.UsernameFragment)
        );
        writer.AddPriority(0x6E00_01FF);
        writer.AddIceControlling(1);
        writer.AddUseCandidate();
        writer.AddMessageIntegrity(Encoding.ASCII.GetBytes(to.Password));
        writer.AddFingerprint();
        return buffer[..writer.Complete()];
    }
}
