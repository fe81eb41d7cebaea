using System.Text.Json;
using Control.Contract;
using Control.Server.Apps;

namespace Control.Server.Calls;

/// <summary>A request that passed the gate: who asks, for what, with which body.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="SessionId">The session of the path; empty when it has none.</param>
/// <param name="Body">The body, checked; undefined when there is none.</param>
/// <param name="Query">The query.</param>
internal sealed record CallsCall(
    Caller Caller,
    string SessionId,
    JsonElement Body,
    IQueryCollection Query
)
{
    /// <summary>Route values beside the session.</summary>
    public string TokenId { get; init; } = "";

    /// <summary>The one group that the request is about; null for all of the app.</summary>
    public string? Group { get; init; }

    /// <summary>Ends the work: the client has gone, or the time is over.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The app.</summary>
    public string AppId => Caller.AppId;

    /// <summary>The session.</summary>
    public SessionKey Session => new(Caller.AppId, SessionId);
}
