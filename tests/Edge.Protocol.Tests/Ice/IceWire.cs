using System.Text;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Wire.Stun;
using Xunit;

namespace Edge.Protocol.Tests.Ice;

/// <summary>Messages as peers send them, made by hand.</summary>
internal static class IceWire
{
    public static readonly IceCredentials Server = new(
        "serverFragment+/0123456789abcdef",
        "serverPasswordServerPassword1234"
    );

    public static readonly IceCredentials Client = new("cLiE", "clientPasswordClientPassw");

    public static readonly NetworkAddress AddressA = NetworkAddress.FromIPv4(0xC0000201, 50001);
    public static readonly NetworkAddress AddressB = NetworkAddress.FromIPv4(0xC0000202, 50002);

    private static ulong _lastTransaction;

    /// <summary>A check as a browser sends it: USERNAME, PRIORITY, role, perhaps USE-CANDIDATE.</summary>
    public static byte[] Check(
        bool isNominating = false,
        IceCredentials? to = null,
        IceCredentials? from = null,
        bool hasFingerprint = true
    ) =>
        Write(
            StunClass.Request,
            NextId(),
            (to ?? Server).Password,
            hasFingerprint,
            (ref StunMessageWriter writer) =>
            {
                AddUsername(ref writer, to ?? Server, from ?? Client);
                writer.AddPriority(0x6e0001ff);
                writer.AddIceControlling(1);
                if (isNominating)
                {
                    writer.AddUseCandidate();
                }
            }
        );

    /// <summary>FFmpeg 8.0: USE-CANDIDATE at once, no PRIORITY, no role.</summary>
    public static byte[] FfmpegCheck() =>
        Write(
            StunClass.Request,
            NextId(),
            Server.Password,
            hasFingerprint: true,
            (ref StunMessageWriter writer) =>
            {
                AddUsername(ref writer, Server, Client);
                writer.AddUseCandidate();
            }
        );

    public static void AddUsername(
        ref StunMessageWriter writer,
        IceCredentials to,
        IceCredentials from
    ) =>
        writer.AddUsername(
            Encoding.ASCII.GetBytes(to.UsernameFragment),
            Encoding.ASCII.GetBytes(from.UsernameFragment)
        );

    /// <summary>Writes any message; an empty password leaves MESSAGE-INTEGRITY out.</summary>
    public static byte[] Write(
        StunClass messageClass,
        StunTransactionId id,
        string password,
        bool hasFingerprint,
        AddAttributes add
    )
    {
        var buffer = new byte[600];
        var writer = new StunMessageWriter(buffer, messageClass, StunMethod.Binding, id);
        add(ref writer);
        if (password.Length > 0)
        {
            writer.AddMessageIntegrity(Encoding.ASCII.GetBytes(password));
        }

        if (hasFingerprint)
        {
            writer.AddFingerprint();
        }

        return buffer[..writer.Complete()];
    }

    /// <summary>The answer of a peer to a check of ours.</summary>
    public static byte[] Answer(
        byte[] check,
        IceCredentials by,
        StunErrorCode error = StunErrorCode.None
    )
    {
        Assert.Equal(StunParseError.None, StunMessage.TryParse(check, out var message));
        return Write(
            error == StunErrorCode.None ? StunClass.SuccessResponse : StunClass.ErrorResponse,
            message.TransactionId,
            by.Password,
            hasFingerprint: true,
            (ref StunMessageWriter writer) =>
            {
                if (error == StunErrorCode.None)
                {
                    writer.AddXorMappedAddress(AddressA);
                }
                else
                {
                    writer.AddErrorCode(error);
                }
            }
        );
    }

    public static StunTransactionId NextId() =>
        StunTransactionId.Create(Prng.FromNumber(Interlocked.Increment(ref _lastTransaction)));

    /// <summary>Takes one datagram from an agent; null when it has none.</summary>
    public static byte[]? Poll(IceAgent agent, Instant now, out NetworkAddress to)
    {
        var buffer = new byte[StunMessage.BytesMax];
        var length = agent.PollTransmit(buffer, now, out var meta);
        to = meta.Destination;
        return length == 0 ? null : buffer[..length];
    }

    /// <summary>Takes the events of an agent as text, "Kind address".</summary>
    public static string Events(IceAgent agent)
    {
        var kinds = new List<string>();
        while (agent.PollEvent(out var iceEvent))
        {
            kinds.Add(iceEvent.Kind.ToString());
        }

        return string.Join(' ', kinds);
    }

    internal delegate void AddAttributes(ref StunMessageWriter writer);
}
