namespace Control.Server.Apps.Credentials;

/// <summary>The outcome of changing an app or a TURN key.</summary>
internal abstract record CredentialChange
{
    private CredentialChange() { }

    /// <summary>It was changed, and saved if there is a state file.</summary>
    public sealed record Done(Credential Credential) : CredentialChange;

    /// <summary>There is none of this id.</summary>
    public sealed record NotFound : CredentialChange;

    /// <summary>It stands in EDGE_APPS and is changed there.</summary>
    public sealed record Configured : CredentialChange;

    /// <summary>There are as many as there may be.</summary>
    public sealed record TooMany(int CountMax) : CredentialChange;

    /// <summary>The state file could not be written; nothing was changed.</summary>
    public sealed record NotSaved(string Problem) : CredentialChange;
}
