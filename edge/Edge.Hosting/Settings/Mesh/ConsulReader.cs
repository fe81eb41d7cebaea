namespace Edge.Hosting.Settings.Mesh;

/// <summary>Reads EDGE_CONSUL, and the token from where Consul's own programs have it.</summary>
internal static class ConsulReader
{
    /// <summary>Reads and checks them; what is wrong is added to the fields' problems.</summary>
    public static ConsulSettings? Read(SettingFields fields)
    {
        if (fields.Find(SettingName.Consul) is not { } text)
        {
            return null;
        }

        if (ToAgent(text) is not { } agent)
        {
            // The text is not repeated: who puts a password into it should not find it in a log.
            fields.Refuse(
                SettingName.Consul,
                $"one URL is expected, as in http://127.0.0.1:8500; a token goes into {SettingName.ConsulTokenFile} or {SettingName.ConsulToken}."
            );
            return null;
        }

        var settings = new ConsulSettings(agent, ReadToken(fields));
        CheckClearText(fields, settings);
        return settings;
    }

    private static Uri? ToAgent(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.Host.Length > 0
        && url.UserInfo.Length == 0
        && url.PathAndQuery is "/"
        && url.Fragment.Length == 0
            ? url
            : null;

    /// <summary>As with Consul's own programs, the file goes before the token itself.</summary>
    private static string? ReadToken(SettingFields fields)
    {
        if (fields.Find(SettingName.ConsulTokenFile) is { } path)
        {
            return SecretFile.Read(SettingName.ConsulTokenFile, path, fields.Problems);
        }

        var token = fields.Find(SettingName.ConsulToken);
        if (token is not null && !SecretFile.IsSecret(token))
        {
            fields.Refuse(SettingName.ConsulToken, "visible ASCII characters are expected.");
            return null;
        }

        return token;
    }

    private static void CheckClearText(SettingFields fields, ConsulSettings settings)
    {
        if (
            settings.Agent.IsLoopback
            || string.Equals(settings.Agent.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)
        )
        {
            return;
        }

        if (settings.Token is not null)
        {
            fields.Refuse(
                SettingName.Consul,
                $"{settings.Agent.Host} is not on loopback, so a token goes to it by https:// only."
            );
        }
        else
        {
            fields.Warn(
                $"{SettingName.Consul} is neither on loopback nor HTTPS: whoever is on the way decides which addresses this process tries to connect with."
            );
        }
    }
}
