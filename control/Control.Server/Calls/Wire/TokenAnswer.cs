namespace Control.Server.Calls.Wire;

/// <summary>A token that was signed.</summary>
/// <param name="Token">The token.</param>
/// <param name="TokenId">The name by which it can be revoked.</param>
/// <param name="ExpiresAt">Seconds since 1970 from which on it is not valid.</param>
internal sealed record TokenAnswer(string Token, string TokenId, long ExpiresAt);
