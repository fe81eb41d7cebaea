namespace Control.Server.Apps.Management;

/// <summary>The envelope of Cloudflare's account API around a list.</summary>
internal sealed record AccountListAnswer(
    bool Success,
    IReadOnlyList<AccountMessage> Errors,
    IReadOnlyList<AccountMessage> Messages,
    IReadOnlyList<CredentialAnswer> Result
);
