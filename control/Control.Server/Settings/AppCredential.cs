namespace Control.Server.Settings;

/// <summary>An app and one of its secrets.</summary>
/// <param name="AppId">1-64 characters of A-Z a-z 0-9 - _.</param>
/// <param name="Secret">1-256 visible ASCII characters without comma.</param>
internal sealed record AppCredential(string AppId, string Secret)
{
    /// <summary>The app that exists on loopback when no other is named.</summary>
    public static AppCredential Development { get; } = new("dev", "dev-secret");

    /// <inheritdoc/>
    public override string ToString() => $"{AppId}:(secret)";
}
