using System.Collections.Immutable;

namespace Control.Server.Apps.Credentials;

/// <summary>What a state file holds.</summary>
internal sealed record StateDocument(
    int Version,
    ImmutableArray<StateCredential> Apps,
    ImmutableArray<StateCredential> TurnKeys,
    ImmutableArray<StateRevocation> Revoked
);

/// <summary>An app or a TURN key in a state file.</summary>
internal sealed record StateCredential(
    string Id,
    string Name,
    ImmutableArray<string> Secrets,
    DateTimeOffset Created,
    DateTimeOffset Modified
);

/// <summary>A token in a state file that was taken back.</summary>
internal sealed record StateRevocation(string App, string Token, DateTimeOffset Until);
