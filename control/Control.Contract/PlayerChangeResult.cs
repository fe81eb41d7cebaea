using System.Text.Json.Serialization;

namespace Control.Contract;

/// <summary>The outcome of a <see cref="PlayerChange"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(NotFound), "notFound")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Unavailable), "unavailable")]
public abstract record PlayerChangeResult
{
    private PlayerChangeResult() { }

    /// <summary>It is so now.</summary>
    public sealed record Done : PlayerChangeResult;

    /// <summary>There is no such player, or no such stream of events (404).</summary>
    public sealed record NotFound : PlayerChangeResult;

    /// <summary>It cannot be so (422).</summary>
    /// <param name="Detail">A sentence for the person at the other end; no secrets.</param>
    public sealed record Refused(string Detail) : PlayerChangeResult;

    /// <summary>The player's node cannot be reached now (503 with Retry-After).</summary>
    /// <param name="Detail">A sentence for the person at the other end; no secrets.</param>
    /// <param name="RetryAfter">When it makes sense to ask again.</param>
    public sealed record Unavailable(string Detail, TimeSpan? RetryAfter) : PlayerChangeResult;
}
