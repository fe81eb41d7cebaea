using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;

namespace Edge.Node.Sessions.Sound;

/// <summary>The payload of a forwarded packet as one viewer is sent it, where it may be redundant sound.</summary>
/// <remarks>
/// Who agreed on redundancy gets the packet whole, its blocks under the viewer's own number; who did not, and whoever
/// is sent a packet again, gets the packet's own sound. Borrows both spans it was made with.
/// </remarks>
internal readonly ref struct SentSound
{
    /// <summary>Decides what is sent.</summary>
    /// <param name="payload">The packet's payload.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="agreed">What was agreed with the viewer.</param>
    /// <param name="header">Room for <see cref="RedPayload.HeaderBytesMax"/>.</param>
    [HotPath]
    public static SentSound Of(
        ReadOnlySpan<byte> payload,
        in ForwardedPacket packet,
        NegotiatedCodec agreed,
        Span<byte> header
    )
    {
        if (!packet.IsRedundant || payload.IsEmpty)
        {
            return new() { Payload = payload };
        }

        if (!RedPayload.TryParse(payload, out var red))
        {
            // Nothing that this end lets in: the number is filled.
            return default;
        }

        if (agreed.RedPayloadType is null || packet.IsRetransmission)
        {
            return new() { Payload = payload[red.PrimaryOffset..] };
        }

        return new()
        {
            IsRedundant = true,
            Header = header[..red.WriteHeader(payload, agreed.PayloadType, header)],
            Payload = payload[red.HeaderBytes..],
        };
    }

    /// <summary>Whether it is still redundant.</summary>
    public bool IsRedundant { get; private init; }

    /// <summary>What goes in front of the payload; empty for single sound.</summary>
    public ReadOnlySpan<byte> Header { get; private init; }

    /// <summary>What is sent of the packet's payload.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }
}
