using Edge.Primitives;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Checks;

/// <summary>Our socket and one address of the peer.</summary>
internal struct IcePair
{
    /// <summary>The peer's address.</summary>
    public NetworkAddress Address;

    /// <summary>When the current transaction is sent again.</summary>
    public Instant NextSendAt;

    /// <summary>The current transaction; meaningful once <see cref="Sends"/> is above 0.</summary>
    public StunTransactionId TransactionId;

    /// <summary>How often the current transaction was sent.</summary>
    public int Sends;

    /// <summary>How far the pair has come.</summary>
    public IcePairState State;

    /// <summary>Whether the peer's own check asks for this one before all others
    /// (RFC 8445 §7.3.1.4).</summary>
    public bool IsTriggered;

    /// <summary>Whether the peer has nominated the pair before it was found to work
    /// (RFC 8445 §7.3.1.5).</summary>
    public bool IsNominatedByPeer;
}
