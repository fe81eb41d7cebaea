using Edge.Primitives;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Checks;

/// <summary>A check that is due.</summary>
/// <param name="Address">Where it goes.</param>
/// <param name="TransactionId">Its transaction.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="IsRetransmission">Whether the same transaction was sent before.</param>
internal readonly record struct IceCheck(
    NetworkAddress Address,
    StunTransactionId TransactionId,
    IceCheckKind Kind,
    bool IsRetransmission
);
