using System.Text;
using Edge.Primitives;
using Edge.Wire.Stun;

namespace Interop.Tests.Scripted;

/// <summary>FFmpeg 8.0: checks with USE-CANDIDATE from the first one on, without PRIORITY and
/// ICE-CONTROLLING; none after the first answer; the first DTLS datagram is lost; RTCP is not read.</summary>
/// <remarks>Our agent goes on checking. Its later checks are answered here, by the password that the
/// server would have used, so that it believes in consent and nothing reaches the wire.</remarks>
internal sealed class FfmpegQuirks(
    string localFragment,
    string remoteFragment,
    string remotePassword
) : IWireQuirks
{
    private readonly byte[] _password = Encoding.ASCII.GetBytes(remotePassword);
    private bool _isAnswered;

    /// <summary>DTLS datagrams that were lost before the handshake was read.</summary>
    public int LostHandshakes { get; private set; }

    /// <summary>RTCP packets that nobody read.</summary>
    public int UnreadReports { get; private set; }

    /// <summary>Checks that left.</summary>
    public int Checks { get; private set; }

    public bool LetsIn(ReadOnlySpan<byte> datagram)
    {
        if (Datagrams.IsRtcp(datagram))
        {
            UnreadReports++;
            return false;
        }

        if (Datagrams.IsDtls(datagram) && LostHandshakes == 0)
        {
            LostHandshakes++;
            return false;
        }

        _isAnswered |= StunMessage.IsCandidate(datagram);
        return true;
    }

    public int Rewrite(Span<byte> buffer, int length, NetworkAddress local, out byte[]? reply)
    {
        reply = null;
        if (
            StunMessage.TryParse(buffer[..length], out var message) != StunParseError.None
            || message.Class != StunClass.Request
        )
        {
            return length;
        }

        var transaction = message.TransactionId;
        if (_isAnswered)
        {
            reply = Answer(transaction, local);
            return 0;
        }

        Checks++;
        return WriteCheck(buffer, transaction);
    }

    public byte[]? FindSent(SequenceNumber sequence) => null;

    private int WriteCheck(Span<byte> buffer, StunTransactionId transaction)
    {
        var writer = new StunMessageWriter(
            buffer,
            StunClass.Request,
            StunMethod.Binding,
            transaction
        );
        writer.AddUsername(
            Encoding.ASCII.GetBytes(remoteFragment),
            Encoding.ASCII.GetBytes(localFragment)
        );
        writer.AddUseCandidate();
        writer.AddMessageIntegrity(_password);
        writer.AddFingerprint();
        return writer.Complete();
    }

    private byte[] Answer(StunTransactionId transaction, NetworkAddress local)
    {
        var message = new byte[StunMessage.BytesMax];
        var writer = new StunMessageWriter(
            message,
            StunClass.SuccessResponse,
            StunMethod.Binding,
            transaction
        );
        writer.AddXorMappedAddress(local);
        writer.AddMessageIntegrity(_password);
        writer.AddFingerprint();
        return message[..writer.Complete()];
    }
}
