using System.Collections.Immutable;
using System.Net;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Settings;

/// <summary>Turns the texts of the settings into <see cref="ControlSettings"/>, or into the list of all
/// that is wrong with them.</summary>
internal sealed class SettingsReader
{
    private const int SecretLengthAdvised = 16;

    private readonly SettingFields _fields;
    private readonly StartMode _mode;

    private SettingsReader(SettingsSource source, StartMode mode)
    {
        _fields = new SettingFields(source);
        _mode = mode;
    }

    private bool IsLan => _mode.LanAddress is not null;

    /// <summary>Reads and checks everything; reads the key files, opens no socket.</summary>
    public static SettingsResult<ControlSettings> Read(SettingsSource source, StartMode mode)
    {
        var reader = new SettingsReader(source, mode);
        var settings = reader.ReadAll();
        return reader._fields.Problems.Count == 0
            ? new SettingsResult<ControlSettings>.Accepted(
                settings with
                {
                    Warnings = [.. reader._fields.Warnings],
                }
            )
            : new SettingsResult<ControlSettings>.Refused([.. reader._fields.Problems]);
    }

    private ControlSettings ReadAll()
    {
        var http = ReadHttp();
        var limits = _fields.Find(SettingName.Limits) is { } text
            ? LimitListText.Parse(text, _fields.Problems)
            : new();
        var media = MediaSettings.Read(_fields, _mode.LanAddress ?? IPAddress.Loopback, limits);
        // What comes in by the front was accepted by an edge, at an address that is not known here.
        var isHttpOnLoopback = IsAllLoopback(http) && !_fields.Has(SettingName.FrontSocket);
        var isOnLoopback = isHttpOnLoopback && IPAddress.IsLoopback(media.Address.Address);
        var (apps, origin) = ReadApps(isHttpOnLoopback);
        return new ControlSettings
        {
            Http = http,
            FrontSocket = CheckFrontSocket(media.FrontSocket),
            Process = ProcessSettings.Read(_fields, ReadStandalone(isOnLoopback)),
            Media = media,
            Tls = ReadTls(IsAllLoopback(http), http),
            Apps = apps,
            AppsOrigin = origin,
            Limits = limits,
            StateFile = _fields.Find(SettingName.StateFile),
            OperatorToken = ReadOperatorToken(),
            Turn = TurnText.Read(
                _fields.Find(SettingName.TurnUrls),
                _fields.Find(SettingName.TurnSecretFile),
                _fields.Problems
            ),
            Warnings = [],
        };
    }

    private ImmutableArray<IPEndPoint> ReadHttp()
    {
        ImmutableArray<IPEndPoint> defaults = _mode.LanAddress is { } lan
            ? [new IPEndPoint(lan, 8443), new IPEndPoint(IPAddress.Loopback, 8443)]
            : [new IPEndPoint(IPAddress.Loopback, 8080)];
        if (_fields.Find(SettingName.Http) is not { } text)
        {
            return defaults;
        }

        if (SettingText.ToList(text, SettingText.ToEndPoint) is { } addresses)
        {
            return addresses;
        }

        _fields.Problems.Add(
            $"{SettingName.Http}: '{text}' is not a comma-separated list of address:port, as in 127.0.0.1:8080 or [::1]:8080."
        );
        return defaults;
    }

    private TlsSource ReadTls(bool isHttpOnLoopback, ImmutableArray<IPEndPoint> http)
    {
        var certificate = _fields.Find(SettingName.TlsCert);
        var key = _fields.Find(SettingName.TlsKey);
        var isPlainAllowed = _fields.ReadSwitch(SettingName.PlainHttp, defaultValue: false);
        if (certificate is not null && key is not null)
        {
            _fields.CheckReadable(SettingName.TlsCert, certificate);
            _fields.CheckReadable(SettingName.TlsKey, key);
            return new TlsSource.Files(certificate, key);
        }

        if (certificate is not null || key is not null)
        {
            var missing = certificate is null ? SettingName.TlsCert : SettingName.TlsKey;
            _fields.Problems.Add($"{missing}: the certificate and its key must be set together.");
        }
        else if (IsLan)
        {
            _fields.Warn("The certificate is self-signed: browsers warn, once for each device.");
            return new TlsSource.SelfSigned([.. http.Select(address => address.Address)]);
        }
        else if (!isHttpOnLoopback && !isPlainAllowed)
        {
            _fields.Problems.Add(
                $"{SettingName.Http}: plain HTTP is served on loopback only; set {SettingName.TlsCert} and {SettingName.TlsKey}, or {SettingName.PlainHttp}=1 behind a TLS proxy."
            );
        }

        return new TlsSource.None();
    }

    private string? CheckFrontSocket(string? path)
    {
        if (path is not null && !IsLan && !_fields.Has(SettingName.TlsCert))
        {
            _fields.Refuse(
                SettingName.FrontSocket,
                $"only HTTPS comes in by it, which needs {SettingName.TlsCert} and {SettingName.TlsKey}."
            );
        }

        return path;
    }

    /// <summary>Standalone is what a first run on loopback is, and elsewhere what somebody asked for by hand;
    /// who names other processes means to talk to them.</summary>
    private bool ReadStandalone(bool isOnLoopback)
    {
        var hasOthers =
            _fields.Has(SettingName.Nats)
            || _fields.Has(SettingName.Peers)
            || _fields.Has(SettingName.Consul);
        var isByHand = _fields.Has(SettingName.Standalone) || IsLan;
        var isStandalone = _fields.ReadSwitch(
            SettingName.Standalone,
            defaultValue: !hasOthers && (isOnLoopback || IsLan)
        );
        if (isStandalone && hasOthers)
        {
            _fields.Refuse(
                SettingName.Standalone,
                $"a standalone process talks to no other; set it to 0, or leave {SettingName.Peers}, {SettingName.Consul} and {SettingName.Nats} unset."
            );
        }
        else if (!isStandalone && !hasOthers && !isByHand)
        {
            _fields.Refuse(
                SettingName.Standalone,
                $"must be set to 1 by hand off loopback: one process for control and media is for trying out. For service name the edges of the PoP in {SettingName.Peers}."
            );
            // What a mesh needs beside is not asked for: nobody has said that it is one.
            return true;
        }
        else if (isStandalone && !isOnLoopback)
        {
            _fields.Warn(
                "Standalone off loopback is for trying out: control and media share one process."
            );
        }

        return isStandalone;
    }

    private (ImmutableArray<AppCredential>, AppsOrigin) ReadApps(bool isHttpOnLoopback)
    {
        if (_fields.Find(SettingName.Apps) is { } text)
        {
            var apps = AppListText.Parse(text, _fields.Problems);
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

        if (!isHttpOnLoopback && _fields.Find(SettingName.OperatorTokenFile) is not null)
        {
            return ([], AppsOrigin.Configured);
        }

        if (!isHttpOnLoopback)
        {
            _fields.Problems.Add(
                $"{SettingName.Apps}: there is no app, and {SettingName.Http} is not on loopback; name at least one as appId:secret, or set {SettingName.OperatorTokenFile} and make them through the API."
            );
        }

        return ([AppCredential.Development], AppsOrigin.Development);
    }

    private string? ReadOperatorToken()
    {
        if (_fields.Find(SettingName.OperatorTokenFile) is not { } path)
        {
            return null;
        }

        var token = SecretFile.Read(SettingName.OperatorTokenFile, path, _fields.Problems);
        if (token is { Length: < SecretLengthAdvised })
        {
            _fields.Problems.Add(
                $"{SettingName.OperatorTokenFile}: the token has fewer than {SecretLengthAdvised} characters and can be guessed."
            );
        }

        if (_fields.Find(SettingName.StateFile) is null)
        {
            _fields.Warn(
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
                _fields.Warn(
                    $"The secret of app {app.AppId} is shorter than {SecretLengthAdvised} characters and can be guessed."
                );
            }
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
}
