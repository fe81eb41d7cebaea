using Anycast.Steering;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Node.Steering;

/// <summary>Tells what begins a session at an address from what only who is there already has a use for.</summary>
internal static class FlowStages
{
    private const byte ChangeCipherSpec = 20;
    private const byte Handshake = 22;

    /// <summary>Where a record's epoch stands (RFC 6347 §4.1); it is 0 before keys are agreed.</summary>
    private const int EpochOffset = 3;

    /// <summary>What a datagram is that is no STUN check with a user name.</summary>
    [HotPath]
    public static FlowStage Of(ReadOnlySpan<byte> datagram)
    {
        var kind = DatagramKinds.Classify(datagram);
        var isOpening =
            kind == DatagramKind.Stun || (kind == DatagramKind.Dtls && IsOfHandshake(datagram));
        return isOpening ? FlowStage.Opening : FlowStage.Established;
    }

    /// <summary>Whether it is of a DTLS handshake, which who is connected has no use for.</summary>
    [HotPath]
    public static bool IsHandshake(ReadOnlySpan<byte> datagram) =>
        DatagramKinds.Classify(datagram) == DatagramKind.Dtls && IsOfHandshake(datagram);

    /// <summary>Its first record says so: after the handshake come application data and alerts, under keys.</summary>
    [HotPath]
    private static bool IsOfHandshake(ReadOnlySpan<byte> record) =>
        record[0] is ChangeCipherSpec or Handshake
        || (record[EpochOffset] == 0 && record[EpochOffset + 1] == 0);
}
