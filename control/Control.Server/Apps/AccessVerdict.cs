namespace Control.Server.Apps;

/// <summary>The outcome of checking a caller's credentials.</summary>
internal enum AccessVerdict
{
    /// <summary>The caller may.</summary>
    Granted,

    /// <summary>There are no credentials (401).</summary>
    Missing,

    /// <summary>They are neither a secret nor a valid token of the app, or there is no such app (401):
    /// the two are not told apart.</summary>
    Invalid,

    /// <summary>The token was valid once (401).</summary>
    Expired,

    /// <summary>The token is not valid yet, by its "nbf" (401).</summary>
    NotYetValid,

    /// <summary>The token was taken back (401).</summary>
    Revoked,

    /// <summary>The token is genuine, but for something else (403).</summary>
    OutOfScope,
}
