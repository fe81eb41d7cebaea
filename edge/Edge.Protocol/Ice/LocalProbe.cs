using Edge.Primitives;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice;

/// <summary>Answers a Binding request that names no session, from this machine only: what says that the media port
/// is served, by the way that media takes.</summary>
/// <remarks>
/// RFC 8445 §7.3 has an agent without such a session stay silent, and towards clients it does. An answer goes only
/// where the request was sent to or to loopback, so it never leaves the machine, whoever forged the source; it is no
/// longer than the request, and being no request it is not answered itself.
/// Deviates from RFC 8489 §6.3.1: a request with attributes that are not understood is not answered either.
/// </remarks>
public static class LocalProbe
{
    private static readonly NetworkAddress Loopback6 = NetworkAddress.FromIPv6(
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        0
    );

    private const uint LoopbackNet = 127;

    /// <summary>Whether an answer would stay on this machine: whoever gets no other is not looked at further.</summary>
    /// <param name="source">Where a datagram says it comes from.</param>
    /// <param name="local">The address it was sent to.</param>
    [HotPath]
    public static bool IsOfThisMachine(in NetworkAddress source, in NetworkAddress local)
    {
        var address = source.WithPort(0);
        return address == local.WithPort(0)
            || (source.IsIPv4 ? source.IPv4 >> 24 == LoopbackNet : address == Loopback6);
    }

    /// <summary>Writes the answer to a datagram of this machine and returns its length, 0 when it is to have
    /// none.</summary>
    /// <param name="datagram">What came.</param>
    /// <param name="source">Where from.</param>
    /// <param name="destination">Room for the answer.</param>
    [HotPath]
    public static int Answer(
        ReadOnlySpan<byte> datagram,
        in NetworkAddress source,
        Span<byte> destination
    )
    {
        if (
            StunMessage.TryParse(datagram, out var request) != StunParseError.None
            || !IsProbe(in request)
        )
        {
            return 0;
        }

        var room = Math.Min(datagram.Length, destination.Length);
        var writer = new StunMessageWriter(
            destination[..room],
            StunClass.SuccessResponse,
            StunMethod.Binding,
            request.TransactionId
        );
        writer.AddXorMappedAddress(in source);
        writer.AddFingerprint();
        return writer.Complete();
    }

    private static bool IsProbe(in StunMessage request)
    {
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[1];
        return request.Class == StunClass.Request
            && request.Method == StunMethod.Binding
            && !request.HasIntegrity
            && !request.TryFindAttribute(StunAttributeType.Username, out _)
            && request.FindUnknownRequired(unknown) == 0;
    }
}
