using Edge.Primitives;
using Edge.Wire.Sctp.DataChannels;

namespace Edge.Protocol.DataChannels.Sending;

/// <summary>How one message is to be sent.</summary>
/// <param name="Protocol">What its bytes are.</param>
/// <param name="IsUnordered">Whether it may overtake.</param>
/// <param name="RetransmitsMax">How often it is sent again at most.</param>
/// <param name="ExpiresAt">When it is given up.</param>
internal readonly record struct OutgoingTerms(
    DataChannelPayload Protocol,
    bool IsUnordered,
    int RetransmitsMax,
    Instant ExpiresAt
)
{
    /// <summary>No bound of retransmissions.</summary>
    public const int Unlimited = int.MaxValue;
}
