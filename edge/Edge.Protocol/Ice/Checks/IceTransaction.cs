using Edge.Primitives;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Checks;

/// <summary>A request of ours that may still be answered.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Address">Where it went and where the answer has to come from (RFC 8445 §7.2.5.2.1).</param>
/// <param name="Generation">The credentials it was made under.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Role">The role it claimed.</param>
internal readonly record struct IceTransaction(
    StunTransactionId Id,
    NetworkAddress Address,
    IceGeneration Generation,
    IceCheckKind Kind,
    IceRole Role
);
