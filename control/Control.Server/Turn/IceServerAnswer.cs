namespace Control.Server.Turn;

/// <summary>URLs with one credential, or without.</summary>
internal sealed record IceServerAnswer(IReadOnlyList<string> Urls)
{
    /// <summary>The user name.</summary>
    public string? Username { get; init; }

    /// <summary>The password.</summary>
    public string? Credential { get; init; }
}
