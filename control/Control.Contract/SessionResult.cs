using System.Text.Json.Serialization;

namespace Control.Contract;

/// <summary>The outcome of asking for a session.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Created), "created")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record SessionResult
{
    private SessionResult() { }

    /// <summary>The session exists and waits for the client's first STUN check.</summary>
    /// <param name="SessionId">The unguessable id, safe in a URL path.</param>
    /// <param name="AnswerSdp">The complete answer: no further candidates follow.</param>
    /// <param name="IceTag">Names the ICE session (ufrag of the node); the ETag is made of it.</param>
    public sealed record Created(string SessionId, string AnswerSdp, string IceTag) : SessionResult;

    /// <summary>There is no session.</summary>
    /// <param name="Reason">What kind of refusal.</param>
    /// <param name="Detail">A sentence for the person at the other end; no secrets.</param>
    /// <param name="RetryAfter">When it makes sense to ask again, if ever.</param>
    public sealed record Refused(RefusalReason Reason, string Detail, TimeSpan? RetryAfter = null)
        : SessionResult;
}
