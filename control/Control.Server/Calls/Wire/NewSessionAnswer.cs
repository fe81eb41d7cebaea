namespace Control.Server.Calls.Wire;

/// <summary>A session that was made.</summary>
internal sealed record NewSessionAnswer(string SessionId)
{
    /// <summary>The answer to the offer of the request.</summary>
    public SessionDescription? SessionDescription { get; init; }
}
