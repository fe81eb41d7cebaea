using System.Collections.Immutable;
using System.Net;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Settings;

/// <summary>Turns the texts of the settings into <see cref="ControlSettings"/>, or into the list of all
/// that is wrong with them.</summary>
internal sealed class SettingsReader
{
    private const int NameLengthMax = 32;
    private const int ShardsMax = 64;
    private const int DrainSecondsMax = 3600;
    private const int SecretLengthAdvised = 16;

    private readonly SettingsSource _source;
    private readonly StartMode _mode;
    private readonly List<string> _problems;
    private readonly List<string> _warnings = [];

    private SettingsReader(SettingsSource source, StartMode mode)
    {
        _source = source;
        _mode = mode;
        _problems = [.. source.Problems];
    }

    private bool IsLan => _mode.LanAddress is not null;

    /// <summary>Reads and checks everything; reads the key files, opens no socket.</summary>
    public static SettingsResult Read(SettingsSource source, StartMode mode)
    {
        var reader = new SettingsReader(source, mode);
        var settings = reader.ReadAll();
        return reader._problems.Count == 0
            ? new SettingsResult.Accepted(settings with { Warnings = [.. reader._warnings] })
            : new SettingsResult.Refused([.. reader._problems]);
    }

    private ControlSettings ReadAll()
    {
        var http = ReadHttp();
        var media = ReadMedia();
        var isHttpOnLoopback = IsAllLoopback(http);
        var isOnLoopback = isHttpOnLoopback && IPAddress.IsLoopback(media.Address);
        CheckStandalone(isOnLoopback);
        var (apps, origin) = ReadApps(isHttpOnLoopback);
        return new ControlSettings
        {
            Http = http,
            Admin = ReadEndPoint(SettingName.Admin, new IPEndPoint(IPAddress.Loopback, 8081)),
            Media = media,
            Advertise = ReadAdvertise(media),
            Tls = ReadTls(isHttpOnLoopback, http),
            Apps = apps,
            AppsOrigin = origin,
            Shards = ReadNumber(
                SettingName.Shards,
                Math.Min(Environment.ProcessorCount, ShardsMax),
                1,
                ShardsMax
            ),
            Pop = ReadName(SettingName.Pop, "local"),
            Node = ReadName(SettingName.Node, "n1"),
            PopKeys = ReadPopKeys(),
            DrainDeadline = TimeSpan.FromSeconds(
                ReadNumber(SettingName.DrainSeconds, 30, 0, DrainSecondsMax)
            ),
            LogLevel = ReadLogLevel(),
            Limits = _source.Find(SettingName.Limits) is { } limits
                ? LimitListText.Parse(limits, _problems)
                : new(),
            StateFile = _source.Find(SettingName.StateFile),
            OperatorToken = ReadOperatorToken(),
            Turn = TurnText.Read(
                _source.Find(SettingName.TurnUrls),
                _source.Find(SettingName.TurnSecretFile),
                _problems
            ),
            Warnings = [],
        };
    }

    private ImmutableArray<IPEndPoint> ReadHttp()
    {
        ImmutableArray<IPEndPoint> defaults = _mode.LanAddress is { } lan
            ? [new IPEndPoint(lan, 8443), new IPEndPoint(IPAddress.Loopback, 8443)]
            : [new IPEndPoint(IPAddress.Loopback, 8080)];
        if (_source.Find(SettingName.Http) is not { } text)
        {
            return defaults;
        }

        if (SettingText.ToList(text, SettingText.ToEndPoint) is { } addresses)
        {
            return addresses;
        }

        _problems.Add(
            $"{SettingName.Http}: '{text}' is not a comma-separated list of address:port, as in 127.0.0.1:8080 or [::1]:8080."
        );
        return defaults;
    }

    private IPEndPoint ReadMedia() =>
        ReadEndPoint(
            SettingName.Media,
            new IPEndPoint(_mode.LanAddress ?? IPAddress.Loopback, 7000)
        );

    private ImmutableArray<IPEndPoint> ReadAdvertise(IPEndPoint media)
    {
        var text = _source.Find(SettingName.Advertise);
        if (text is null)
        {
            if (IsAny(media.Address))
            {
                _problems.Add(
                    $"{SettingName.Advertise}: must be set when {SettingName.Media} is a wildcard; clients cannot send to {media.Address}."
                );
            }

            return [new IPEndPoint(media.Address, 0)];
        }

        var addresses = SettingText.ToList(text, SettingText.ToAddressWithOptionalPort);
        if (addresses is null)
        {
            _problems.Add(
                $"{SettingName.Advertise}: '{text}' is not a comma-separated list of addresses, as in 203.0.113.7 or 203.0.113.7:7000."
            );
            return [];
        }

        foreach (var address in addresses)
        {
            if (IsAny(address.Address))
            {
                _problems.Add(
                    $"{SettingName.Advertise}: clients cannot send to {address.Address}."
                );
            }
        }

        return addresses.Value;
    }

    private TlsSource ReadTls(bool isHttpOnLoopback, ImmutableArray<IPEndPoint> http)
    {
        var certificate = _source.Find(SettingName.TlsCert);
        var key = _source.Find(SettingName.TlsKey);
        var isPlainAllowed = ReadSwitch(SettingName.PlainHttp, defaultValue: false);
        if (certificate is not null && key is not null)
        {
            CheckReadable(SettingName.TlsCert, certificate);
            CheckReadable(SettingName.TlsKey, key);
            return new TlsSource.Files(certificate, key);
        }

        if (certificate is not null || key is not null)
        {
            var missing = certificate is null ? SettingName.TlsCert : SettingName.TlsKey;
            _problems.Add($"{missing}: the certificate and its key must be set together.");
        }
        else if (IsLan)
        {
            _warnings.Add("The certificate is self-signed: browsers warn, once for each device.");
            return new TlsSource.SelfSigned([.. http.Select(address => address.Address)]);
        }
        else if (!isHttpOnLoopback && !isPlainAllowed)
        {
            _problems.Add(
                $"{SettingName.Http}: plain HTTP is served on loopback only; set {SettingName.TlsCert} and {SettingName.TlsKey}, or {SettingName.PlainHttp}=1 behind a TLS proxy."
            );
        }

        return new TlsSource.None();
    }

    private void CheckStandalone(bool isOnLoopback)
    {
        var isByHand = _source.Find(SettingName.Standalone) is not null || IsLan;
        var isStandalone = ReadSwitch(SettingName.Standalone, defaultValue: isOnLoopback || IsLan);
        if (!isStandalone)
        {
            _problems.Add(
                isByHand
                    ? $"{SettingName.Standalone}: this build serves standalone only; several processes are not served yet."
                    : $"{SettingName.Standalone}: must be set to 1 by hand off loopback. One process for control and media is for trying out."
            );
        }
        else if (!isOnLoopback)
        {
            _warnings.Add(
                "Standalone off loopback is for trying out: control and media share one process."
            );
        }
    }

    private (ImmutableArray<AppCredential>, AppsOrigin) ReadApps(bool isHttpOnLoopback)
    {
        if (_source.Find(SettingName.Apps) is { } text)
        {
            var apps = AppListText.Parse(text, _problems);
            if (!isHttpOnLoopback)
            {
                WarnOfShortSecrets(apps);
            }

            return (apps, AppsOrigin.Configured);
        }

        if (IsLan)
        {
            return ([new AppCredential("lan", _mode.LanSecret)], AppsOrigin.Generated);
        }

        if (!isHttpOnLoopback && _source.Find(SettingName.OperatorTokenFile) is not null)
        {
            return ([], AppsOrigin.Configured);
        }

        if (!isHttpOnLoopback)
        {
            _problems.Add(
                $"{SettingName.Apps}: there is no app, and {SettingName.Http} is not on loopback; name at least one as appId:secret, or set {SettingName.OperatorTokenFile} and make them through the API."
            );
        }

        return ([AppCredential.Development], AppsOrigin.Development);
    }

    private string? ReadOperatorToken()
    {
        if (_source.Find(SettingName.OperatorTokenFile) is not { } path)
        {
            return null;
        }

        var token = SecretFile.Read(SettingName.OperatorTokenFile, path, _problems);
        if (token is { Length: < SecretLengthAdvised })
        {
            _problems.Add(
                $"{SettingName.OperatorTokenFile}: the token has fewer than {SecretLengthAdvised} characters and can be guessed."
            );
        }

        if (_source.Find(SettingName.StateFile) is null)
        {
            _warnings.Add(
                $"Apps and keys made through the API are kept in memory only: {SettingName.StateFile} is not set."
            );
        }

        return token;
    }

    private void WarnOfShortSecrets(ImmutableArray<AppCredential> apps)
    {
        foreach (var app in apps)
        {
            if (app.Secret.Length < SecretLengthAdvised)
            {
                _warnings.Add(
                    $"The secret of app {app.AppId} is shorter than {SecretLengthAdvised} characters and can be guessed."
                );
            }
        }
    }

    private ImmutableArray<ImmutableArray<byte>> ReadPopKeys() =>
        _source.Find(SettingName.PopKeyFile) is { } path ? PopKeyFile.Read(path, _problems) : [];

    private LogLevel ReadLogLevel()
    {
        if (_source.Find(SettingName.Log) is not { } text)
        {
            return LogLevel.Information;
        }

        foreach (var level in Enum.GetValues<LogLevel>())
        {
            if (string.Equals(level.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return level;
            }
        }

        _problems.Add(
            $"{SettingName.Log}: '{text}' is none of Trace, Debug, Information, Warning, Error, Critical, None."
        );
        return LogLevel.Information;
    }

    private IPEndPoint ReadEndPoint(string name, IPEndPoint defaultValue)
    {
        if (_source.Find(name) is not { } text)
        {
            return defaultValue;
        }

        if (SettingText.ToEndPoint(text) is { } address)
        {
            return address;
        }

        _problems.Add($"{name}: '{text}' is not address:port, as in 127.0.0.1:7000 or [::1]:7000.");
        return defaultValue;
    }

    private int ReadNumber(string name, int defaultValue, int min, int max)
    {
        if (_source.Find(name) is not { } text)
        {
            return defaultValue;
        }

        if (SettingText.ToNumber(text, min, max) is { } number)
        {
            return number;
        }

        _problems.Add($"{name}: '{text}' is not a whole number from {min} to {max}.");
        return defaultValue;
    }

    private bool ReadSwitch(string name, bool defaultValue)
    {
        if (_source.Find(name) is not { } text)
        {
            return defaultValue;
        }

        if (SettingText.ToSwitch(text) is { } isOn)
        {
            return isOn;
        }

        _problems.Add($"{name}: '{text}' is neither 1 nor 0.");
        return defaultValue;
    }

    private string ReadName(string name, string defaultValue)
    {
        var text = _source.Find(name) ?? defaultValue;
        if (!SettingText.IsName(text, NameLengthMax))
        {
            _problems.Add(
                $"{name}: '{text}' is not a name of 1-{NameLengthMax} letters, digits, '-' or '_'."
            );
        }

        return text;
    }

    private void CheckReadable(string name, string path)
    {
        if (!File.Exists(path))
        {
            _problems.Add($"{name}: there is no file '{path}'.");
        }
    }

    private static bool IsAllLoopback(ImmutableArray<IPEndPoint> addresses)
    {
        foreach (var address in addresses)
        {
            if (!IPAddress.IsLoopback(address.Address))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAny(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
