using System.Collections.Immutable;

namespace Control.Server.Turn;

/// <summary>The TURN servers clients are told of.</summary>
/// <param name="StunUrls">URLs without credentials (RFC 7064).</param>
/// <param name="TurnUrls">URLs with credentials (RFC 7065); never empty.</param>
/// <param name="Secret">What the servers share with this process: coturn's static-auth-secret.</param>
internal sealed record TurnSettings(
    ImmutableArray<string> StunUrls,
    ImmutableArray<string> TurnUrls,
    string Secret
)
{
    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(',', TurnUrls)} (secret)";
}
