using System.Collections.Immutable;

namespace Control.Server.Apps.Credentials;

/// <summary>An app or a TURN key, with its secrets.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Secrets">One or two, the newest first: both are valid.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Modified">When it was last changed.</param>
internal sealed record Credential(
    string Id,
    string Name,
    ImmutableArray<CredentialSecret> Secrets,
    DateTimeOffset Created,
    DateTimeOffset Modified
)
{
    /// <summary>Whether EDGE_APPS says it: then it cannot be changed here.</summary>
    public bool IsConfigured { get; init; }
}
