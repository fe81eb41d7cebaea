using System.Runtime.CompilerServices;
using Edge.Primitives;
using Edge.Protocol.Ice.Checks;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Messages;

/// <summary>One message that waits to be written.</summary>
internal struct IceOutgoing
{
    /// <summary>Where it goes; for a response also the address it tells the peer about.</summary>
    public NetworkAddress Address;

    /// <summary>Its transaction.</summary>
    public StunTransactionId TransactionId;

    /// <summary>The credentials it is made under.</summary>
    public IceGeneration Generation;

    /// <summary>What it is.</summary>
    public IceOutgoingKind Kind;

    /// <summary>The role a check claims.</summary>
    public IceRole Role;

    /// <summary>Whether a check nominates.</summary>
    public bool HasUseCandidate;

    /// <summary>Longest length it may have: that of the request it answers (rule R7).</summary>
    public int LengthMax;

    /// <summary>The tie-breaker a check claims its role with.</summary>
    public ulong TieBreaker;

    /// <summary>The attributes a 420 complains of.</summary>
    public UnknownTypes Unknown;

    /// <summary>How many of <see cref="Unknown"/> are set.</summary>
    public int UnknownCount;

    /// <summary>The first unknown attributes of a request.</summary>
    [InlineArray(CountMax)]
    public struct UnknownTypes
    {
        /// <summary>Most that are told. Chosen: an answer with four is never longer than the request
        /// that had them, 4 bytes each there and 2 here.</summary>
        public const int CountMax = 4;

        private StunAttributeType _first;
    }
}
