using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Negotiation.Sessions.State;
using Edge.Protocol.Negotiation.Sessions.Steps;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.Sessions;

/// <content>How a negotiation goes on in another process.</content>
public sealed partial class SessionNegotiator
{
    private SessionNegotiator(SessionPolicy policy, SessionState state, PendingOffer? pending)
        : this(policy)
    {
        _state = state;
        _pending = pending;
    }

    /// <summary>Writes all that the negotiation knows, a pending offer and the policy too. Holds the client's ICE password,
    /// and this end's while an offer is pending.</summary>
    public void Write(StateWriter writer)
    {
        var group = writer.Begin();
        SessionPolicyForm.Write(writer, Policy);
        SessionStateForm.Write(writer, _state);
        writer.Optional(_pending, PendingOfferForm.Write);
        writer.End(group);
    }

    /// <summary>Reads a negotiation that answers every later step as the one that was written; false when it makes no
    /// sense.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out SessionNegotiator negotiator
    )
    {
        negotiator = null;
        var group = reader.BeginWhole(valuesMin: 1);
        if (
            !SessionPolicyForm.TryRead(ref reader, out var policy)
            || !SessionStateForm.TryRead(ref reader, out var state)
        )
        {
            return false;
        }

        var pending = reader.Optional<PendingOffer>(PendingOfferForm.TryRead);
        reader.End(group);
        negotiator = reader.IsBroken ? null : new(policy, state, pending);
        return negotiator is not null;
    }
}
