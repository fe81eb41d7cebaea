using Edge.Primitives;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Checks;

/// <summary>Draws the transaction identifiers of an agent's checks.</summary>
/// <param name="mark">What each begins with; 0 for none.</param>
/// <param name="random">The agent's randomness.</param>
internal sealed class IceTransactionIds(uint mark, Prng random)
{
    /// <summary>Draws one.</summary>
    public StunTransactionId Create() =>
        mark == 0 ? StunTransactionId.Create(random) : StunTransactionId.Create(mark, random);
}
