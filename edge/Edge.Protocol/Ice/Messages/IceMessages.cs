using Edge.Protocol.Ice.Checks;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Messages;

/// <summary>Writes the messages of an agent.</summary>
internal static class IceMessages
{
    /// <summary>PRIORITY of our checks: what a peer-reflexive candidate learned from one would have,
    /// type preference 110, local preference 65535, component 1 (RFC 8445 §5.1.2, §7.1.1).</summary>
    private const uint PeerReflexivePriority = (110u << 24) | (65_535u << 8) | 255u;

    /// <summary>Writes a message and returns its length, 0 when it does not fit.</summary>
    public static int Write(Span<byte> destination, in IceOutgoing item) =>
        item.Kind == IceOutgoingKind.Check
            ? WriteCheck(destination, in item)
            : WriteAnswer(destination, in item);

    private static int WriteCheck(Span<byte> destination, in IceOutgoing item)
    {
        var writer = new StunMessageWriter(
            destination,
            StunClass.Request,
            StunMethod.Binding,
            item.TransactionId
        );
        writer.AddUsername(item.Generation.RemoteFragment, item.Generation.LocalFragment);
        writer.AddPriority(PeerReflexivePriority);
        if (item.Role == IceRole.Controlling)
        {
            writer.AddIceControlling(item.TieBreaker);
        }
        else
        {
            writer.AddIceControlled(item.TieBreaker);
        }

        if (item.HasUseCandidate)
        {
            writer.AddUseCandidate();
        }

        writer.AddMessageIntegrity(item.Generation.RemotePassword);
        writer.AddFingerprint();
        return writer.Complete();
    }

    /// <summary>Answers are protected by our own password, as their requests were
    /// (RFC 8489 §9.1.4).</summary>
    private static int WriteAnswer(Span<byte> destination, in IceOutgoing item)
    {
        var isSuccess = item.Kind == IceOutgoingKind.Success;
        var writer = new StunMessageWriter(
            destination,
            isSuccess ? StunClass.SuccessResponse : StunClass.ErrorResponse,
            StunMethod.Binding,
            item.TransactionId
        );
        if (isSuccess)
        {
            writer.AddXorMappedAddress(in item.Address);
        }
        else if (item.Kind == IceOutgoingKind.RoleConflict)
        {
            writer.AddErrorCode(StunErrorCode.RoleConflict);
        }
        else
        {
            writer.AddErrorCode(StunErrorCode.UnknownAttribute);
            ReadOnlySpan<StunAttributeType> unknown = item.Unknown;
            writer.AddUnknownAttributes(unknown[..item.UnknownCount]);
        }

        writer.AddMessageIntegrity(item.Generation.LocalPassword);
        writer.AddFingerprint();
        return writer.Complete();
    }
}
