namespace Control.Contract.Calls;

/// <summary>A refusal, of a request or of one item of it.</summary>
/// <param name="Code">What kind.</param>
/// <param name="Description">A sentence for the person at the other end; no secrets.</param>
/// <param name="RetryAfter">When it makes sense to ask again, if ever.</param>
public sealed record CallsError(
    CallsErrorCode Code,
    string Description,
    TimeSpan? RetryAfter = null
);
