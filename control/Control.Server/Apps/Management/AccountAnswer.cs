namespace Control.Server.Apps.Management;

/// <summary>The envelope of Cloudflare's account API around one result, or around none.</summary>
internal sealed record AccountAnswer(
    bool Success,
    IReadOnlyList<AccountMessage> Errors,
    IReadOnlyList<AccountMessage> Messages
)
{
    /// <summary>What was asked for.</summary>
    public CredentialAnswer? Result { get; init; }
}
