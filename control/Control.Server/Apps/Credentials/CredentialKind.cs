namespace Control.Server.Apps.Credentials;

/// <summary>What a credential is for.</summary>
internal enum CredentialKind
{
    /// <summary>An app: everything under its path.</summary>
    App,

    /// <summary>A TURN key: TURN credentials, nothing else.</summary>
    TurnKey,
}
