using System.Text.Json.Serialization;

namespace Control.Contract;

/// <summary>The outcome of a PATCH.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Trickled), "trickled")]
[JsonDerivedType(typeof(Restarted), "restarted")]
[JsonDerivedType(typeof(NotFound), "notFound")]
[JsonDerivedType(typeof(Stale), "stale")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record IceUpdateResult
{
    private IceUpdateResult() { }

    /// <summary>Candidates were taken note of (204).</summary>
    public sealed record Trickled : IceUpdateResult;

    /// <summary>The ICE session restarted (200).</summary>
    /// <param name="Fragment">The node's new credentials and candidates, RFC 8840.</param>
    /// <param name="IceTag">The name of the new ICE session.</param>
    public sealed record Restarted(string Fragment, string IceTag) : IceUpdateResult;

    /// <summary>No such session in the app (404).</summary>
    public sealed record NotFound : IceUpdateResult;

    /// <summary>The client's ICE tag is not the current one (412).</summary>
    /// <param name="IceTag">The current one.</param>
    public sealed record Stale(string IceTag) : IceUpdateResult;

    /// <summary>The fragment was refused; the session goes on (400 or 422).</summary>
    public sealed record Refused(RefusalReason Reason, string Detail) : IceUpdateResult;
}
