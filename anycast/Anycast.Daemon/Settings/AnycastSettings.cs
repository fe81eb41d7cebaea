using System.Collections.Immutable;
using System.Net;
using System.Text;
using Anycast.Bird;
using Anycast.Health;
using Edge.Hosting.Settings;
using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Settings;

/// <summary>The settings of anycastd, read and checked: every value here can be used as it is.</summary>
internal sealed record AnycastSettings
{
    private const int IntervalMsMin = 50;
    private const int IntervalMsMax = 10_000;
    private const int CountMax = 100;
    private const int HoldSecondsMax = 3600;
    private const int HoldMaxSecondsMax = 86_400;

    // struct sockaddr_un of Linux, less the zero at the end.
    private const int SocketPathBytesMax = 107;

    // Debian's bird2 has it there.
    private const string SocketDefault = "/run/bird/bird.ctl";

    private static readonly IPEndPoint AdminDefault = new(IPAddress.Loopback, 8083);

    /// <summary>Address of health and metrics (EDGE_ADMIN).</summary>
    public required IPEndPoint Admin { get; init; }

    /// <summary>Address of metrics alone (EDGE_METRICS); null: none.</summary>
    public required IPEndPoint? Metrics { get; init; }

    /// <summary>Name of the node (EDGE_NODE).</summary>
    public required string Node { get; init; }

    /// <summary>Lowest level that is logged (EDGE_LOG).</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>BIRD's control socket (EDGE_ANYCAST_BIRD).</summary>
    public required string BirdSocket { get; init; }

    /// <summary>BIRD's protocols that hold the address (EDGE_ANYCAST_PROTOCOLS).</summary>
    public required ImmutableArray<string> Protocols { get; init; }

    /// <summary>Media addresses to probe (EDGE_ANYCAST_PROBE).</summary>
    public required ImmutableArray<IPEndPoint> Media { get; init; }

    /// <summary>Where the node says that it is ready (EDGE_ANYCAST_READY).</summary>
    public required Uri Ready { get; init; }

    /// <summary>Time between rounds, and longest wait for an answer (EDGE_ANYCAST_INTERVAL_MS).</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>How quickly the address comes and goes.</summary>
    public required HealthOptions Health { get; init; }

    /// <summary>Where the node's process comes to be watched (EDGE_ANYCAST_SOCKET); null: nowhere.</summary>
    public required string? ProcessSocket { get; init; }

    /// <summary>The other nodes of the PoP; null: there are none, or none are heard.</summary>
    public required PeerSettings? Peers { get; init; }

    /// <summary>Whether BIRD is left as it is (EDGE_ANYCAST_DRY_RUN).</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>Sentences to say at each start.</summary>
    public required ImmutableArray<string> Warnings { get; init; }

    /// <summary>Reads and checks everything; reads the key file, opens no socket.</summary>
    public static SettingsResult<AnycastSettings> Read(SettingsSource source)
    {
        var fields = new SettingFields(source);
        var interval = TimeSpan.FromMilliseconds(
            fields.ReadNumber(SettingName.AnycastIntervalMs, 250, IntervalMsMin, IntervalMsMax)
        );
        var node = fields.ReadName(SettingName.Node, "n1");
        var settings = new AnycastSettings
        {
            Admin = fields.ReadEndPoint(SettingName.Admin, AdminDefault),
            Metrics = fields.FindEndPoint(SettingName.Metrics),
            Node = node,
            LogLevel = fields.ReadLogLevel(),
            BirdSocket = ReadSocket(fields),
            Protocols = ReadProtocols(fields),
            Media = ReadMedia(fields),
            Ready = ReadReady(fields),
            Interval = interval,
            Health = ReadHealth(fields, interval),
            ProcessSocket = SocketPath.Find(fields, SettingName.AnycastSocket),
            Peers = PeerSettings.Read(fields, node),
            IsDryRun = fields.ReadSwitch(SettingName.AnycastDryRun, defaultValue: false),
            Warnings = [.. fields.Warnings],
        };
        return fields.Problems.Count == 0
            ? new SettingsResult<AnycastSettings>.Accepted(settings)
            : new SettingsResult<AnycastSettings>.Refused([.. fields.Problems]);
    }

    private static HealthOptions ReadHealth(SettingFields fields, TimeSpan interval)
    {
        var hold = fields.ReadNumber(SettingName.AnycastHoldSeconds, 5, 1, HoldSecondsMax);
        var holdMax = fields.ReadNumber(
            SettingName.AnycastHoldMaxSeconds,
            Math.Max(hold, 120),
            1,
            HoldMaxSecondsMax
        );
        if (holdMax < hold)
        {
            fields.Refuse(
                SettingName.AnycastHoldMaxSeconds,
                $"is not below {SettingName.AnycastHoldSeconds} ({hold})."
            );
        }

        return new HealthOptions
        {
            Rise = fields.ReadNumber(SettingName.AnycastRise, 3, 1, CountMax),
            Fall = fields.ReadNumber(SettingName.AnycastFall, 2, 2, CountMax),
            Hold = TimeSpan.FromSeconds(hold),
            HoldMax = TimeSpan.FromSeconds(holdMax),
            HungMax = TimeSpan.FromSeconds(
                fields.ReadNumber(SettingName.AnycastHungSeconds, 5, 1, HoldSecondsMax)
            ),
            // Four rounds: three of a peer's heartbeats may be lost.
            PeerSilenceMax = 4 * interval,
        };
    }

    private static string ReadSocket(SettingFields fields)
    {
        var path = fields.Find(SettingName.AnycastBird) ?? SocketDefault;
        if (Encoding.UTF8.GetByteCount(path) <= SocketPathBytesMax)
        {
            return path;
        }

        fields.Refuse(
            SettingName.AnycastBird,
            $"the path of a socket has {SocketPathBytesMax} bytes at most."
        );
        return SocketDefault;
    }

    private static ImmutableArray<string> ReadProtocols(SettingFields fields)
    {
        var text = fields.Find(SettingName.AnycastProtocols) ?? "anycast4,anycast6";
        var names = SettingText.ToList(text, name => BirdClient.IsProtocolName(name) ? name : null);
        if (names is not null)
        {
            return names.Value;
        }

        fields.Refuse(
            SettingName.AnycastProtocols,
            $"'{text}' is not a list of names of BIRD's protocols, as in anycast4,anycast6."
        );
        return [];
    }

    private static ImmutableArray<IPEndPoint> ReadMedia(SettingFields fields)
    {
        var text = fields.Find(SettingName.AnycastProbe) ?? "127.0.0.1:7000";
        var addresses = SettingText.ToList(text, SettingText.ToEndPoint);
        if (addresses is { } all && all.All(address => address.Port > 0 && !IsAny(address)))
        {
            return all;
        }

        fields.Refuse(
            SettingName.AnycastProbe,
            $"'{text}' is not a list of address:port, as in 192.0.2.1:7000,[2001:db8::1]:7000."
        );
        return [];
    }

    private static Uri ReadReady(SettingFields fields)
    {
        const string fallback = "http://127.0.0.1:8081/readyz";
        var text = fields.Find(SettingName.AnycastReady) ?? fallback;
        if (
            Uri.TryCreate(text, UriKind.Absolute, out var url)
            && string.Equals(url.Scheme, Uri.UriSchemeHttp, StringComparison.Ordinal)
        )
        {
            return url;
        }

        fields.Refuse(SettingName.AnycastReady, $"'{text}' is not a URL as {fallback}.");
        return new Uri(fallback);
    }

    private static bool IsAny(IPEndPoint address) =>
        address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any);
}
