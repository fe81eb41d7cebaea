using System.Collections.Immutable;
using Edge.Hosting.Settings;

namespace Control.Server.Settings;

/// <summary>Reads EDGE_APPS: `appId:secret` pairs. An app named twice has two secrets, so that one
/// can be changed without a pause. Secrets are never repeated in a problem.</summary>
internal static class AppListText
{
    private const int AppIdLengthMax = 64;
    private const int SecretLengthMax = 256;
    private const int SecretsPerAppMax = 2;

    /// <summary>Reads the list; what is wrong is added to <paramref name="problems"/>.</summary>
    public static ImmutableArray<AppCredential> Parse(string text, List<string> problems)
    {
        var apps = ImmutableArray.CreateBuilder<AppCredential>();
        var secrets = new Dictionary<string, int>(StringComparer.Ordinal);
        var position = 0;
        foreach (var part in text.Split(','))
        {
            position++;
            if (ToCredential(part.Trim()) is not { } app)
            {
                problems.Add(
                    $"{SettingName.Apps}: entry {position} is not appId:secret (id of letters, digits, '-', '_'; secret of 1-{SecretLengthMax} visible ASCII characters)."
                );
                continue;
            }

            secrets[app.AppId] = secrets.GetValueOrDefault(app.AppId) + 1;
            if (secrets[app.AppId] == SecretsPerAppMax + 1)
            {
                problems.Add(
                    $"{SettingName.Apps}: app {app.AppId} has more than {SecretsPerAppMax} secrets."
                );
            }

            apps.Add(app);
        }

        return apps.ToImmutable();
    }

    private static AppCredential? ToCredential(string part)
    {
        var colon = part.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !SettingText.IsName(part[..colon], AppIdLengthMax))
        {
            return null;
        }

        var secret = part[(colon + 1)..];
        return IsSecret(secret) ? new AppCredential(part[..colon], secret) : null;
    }

    private static bool IsSecret(string secret)
    {
        foreach (var character in secret)
        {
            if (character is <= ' ' or > '~')
            {
                return false;
            }
        }

        return secret.Length is >= 1 and <= SecretLengthMax;
    }
}
