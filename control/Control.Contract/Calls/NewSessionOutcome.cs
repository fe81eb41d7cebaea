namespace Control.Contract.Calls;

/// <summary>A session that was made.</summary>
/// <param name="SessionId">The unguessable id, safe in a URL path.</param>
/// <param name="Answer">The answer to the offer of the request, if it had one.</param>
public sealed record NewSessionOutcome(string SessionId, SessionSdp? Answer);
