using System.Text.Json.Serialization;

namespace Control.Contract;

/// <summary>The outcome of ending a session.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Closed), "closed")]
[JsonDerivedType(typeof(NotFound), "notFound")]
[JsonDerivedType(typeof(Unavailable), "unavailable")]
public abstract record CloseResult
{
    private CloseResult() { }

    /// <summary>It has ended.</summary>
    public sealed record Closed : CloseResult;

    /// <summary>There is none of this id in the app (404).</summary>
    public sealed record NotFound : CloseResult;

    /// <summary>Its owner cannot be reached now; whether it has ended is not known (503 with
    /// Retry-After).</summary>
    /// <param name="Detail">A sentence for the person at the other end; no secrets.</param>
    /// <param name="RetryAfter">When it makes sense to ask again.</param>
    public sealed record Unavailable(string Detail, TimeSpan? RetryAfter) : CloseResult;
}
