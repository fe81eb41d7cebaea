namespace Control.Server.Apps.Management;

/// <summary>An app or a TURN key in an answer.</summary>
/// <param name="Uid">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Modified">When it was last changed.</param>
internal sealed record CredentialAnswer(
    string Uid,
    string Name,
    DateTimeOffset Created,
    DateTimeOffset Modified
)
{
    /// <summary>The new secret of an app: in the answer that made it, and never again.</summary>
    public string? Secret { get; init; }

    /// <summary>The new secret of a TURN key.</summary>
    public string? Key { get; init; }

    /// <summary>How many secrets are valid now.</summary>
    public int ValidSecrets { get; init; }

    /// <summary>Whether it stands in EDGE_APPS, and is changed there.</summary>
    public bool Configured { get; init; }
}
