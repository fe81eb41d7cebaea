using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls;

/// <summary>What never changes of a session of the session and track API.</summary>
/// <param name="Id">The unguessable id.</param>
/// <param name="AppId">The app it belongs to.</param>
/// <param name="Owner">Who made it, if a token did.</param>
/// <param name="Group">The group it is in, if any.</param>
/// <param name="CorrelationId">A label for diagnosis.</param>
internal sealed record CallsSessionFacts(
    string Id,
    string AppId,
    string? Owner,
    string? Group,
    string? CorrelationId
)
{
    /// <summary>Those of a session that is asked for.</summary>
    public static CallsSessionFacts Of(string id, NewSessionRequest request) =>
        new(id, request.AppId, request.Owner, request.Group, request.CorrelationId);
}
