using System.Collections.Immutable;

namespace Control.Server.Apps.Credentials;

/// <summary>All credentials at one moment. Immutable: swapped as a whole.</summary>
internal sealed record CredentialState
{
    /// <summary>The apps, by id.</summary>
    public ImmutableSortedDictionary<string, Credential> Apps { get; init; } =
        ImmutableSortedDictionary.Create<string, Credential>(StringComparer.Ordinal);

    /// <summary>The TURN keys, by id.</summary>
    public ImmutableSortedDictionary<string, Credential> TurnKeys { get; init; } =
        ImmutableSortedDictionary.Create<string, Credential>(StringComparer.Ordinal);

    /// <summary>Tokens that were taken back, and until when that has to be remembered.</summary>
    public ImmutableDictionary<TokenName, DateTimeOffset> Revoked { get; init; } =
        ImmutableDictionary<TokenName, DateTimeOffset>.Empty;

    /// <summary>Those of a kind.</summary>
    public ImmutableSortedDictionary<string, Credential> Of(CredentialKind kind) =>
        kind == CredentialKind.App ? Apps : TurnKeys;

    /// <summary>With others of a kind.</summary>
    public CredentialState With(
        CredentialKind kind,
        ImmutableSortedDictionary<string, Credential> credentials
    ) =>
        kind == CredentialKind.App
            ? this with
            {
                Apps = credentials,
            }
            : this with
            {
                TurnKeys = credentials,
            };
}
