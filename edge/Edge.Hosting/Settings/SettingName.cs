using System.Collections.Immutable;

namespace Edge.Hosting.Settings;

/// <summary>A setting's name, with what --help says about it.</summary>
/// <param name="Name">The environment variable, and the key in a settings file.</param>
/// <param name="Default">The default as --help shows it.</param>
/// <param name="Meaning">One line.</param>
/// <param name="Readers">The programs that it means something to.</param>
public sealed record SettingName(
    string Name,
    string Default,
    string Meaning,
    Executables Readers = Executables.Servers
)
{
    public const string Prefix = "EDGE_";
    public const string Http = "EDGE_HTTP";
    public const string TlsCert = "EDGE_TLS_CERT";
    public const string TlsKey = "EDGE_TLS_KEY";
    public const string PlainHttp = "EDGE_PLAIN_HTTP";
    public const string Admin = "EDGE_ADMIN";
    public const string Metrics = "EDGE_METRICS";
    public const string Media = "EDGE_MEDIA";
    public const string MediaTcp = "EDGE_MEDIA_TCP";
    public const string MediaShared = "EDGE_MEDIA_SHARED";
    public const string Takeover = "EDGE_TAKEOVER";
    public const string Front = "EDGE_FRONT";
    public const string FrontAdvertise = "EDGE_FRONT_ADVERTISE";
    public const string FrontSocket = "EDGE_FRONT_SOCKET";
    public const string Advertise = "EDGE_ADVERTISE";
    public const string Apps = "EDGE_APPS";
    public const string Shards = "EDGE_SHARDS";
    public const string PictureWait = "EDGE_PICTURE_WAIT_MS";
    public const string Standalone = "EDGE_STANDALONE";
    public const string Pop = "EDGE_POP";
    public const string Node = "EDGE_NODE";
    public const string PopKeyFile = "EDGE_POP_KEY_FILE";
    public const string DrainSeconds = "EDGE_DRAIN_SECONDS";
    public const string DrainWithdrawSeconds = "EDGE_DRAIN_WITHDRAW_SECONDS";
    public const string Log = "EDGE_LOG";
    public const string Limits = "EDGE_LIMITS";
    public const string StateFile = "EDGE_STATE_FILE";
    public const string OperatorTokenFile = "EDGE_OPERATOR_TOKEN_FILE";
    public const string TurnUrls = "EDGE_TURN_URLS";
    public const string TurnSecretFile = "EDGE_TURN_SECRET_FILE";
    public const string Lan = "EDGE_LAN";
    public const string Peers = "EDGE_PEERS";
    public const string Nats = "EDGE_NATS";
    public const string NatsCredentials = "EDGE_NATS_CREDS";
    public const string Consul = "EDGE_CONSUL";
    public const string AnycastBird = "EDGE_ANYCAST_BIRD";
    public const string AnycastProtocols = "EDGE_ANYCAST_PROTOCOLS";
    public const string AnycastProbe = "EDGE_ANYCAST_PROBE";
    public const string AnycastReady = "EDGE_ANYCAST_READY";
    public const string AnycastIntervalMs = "EDGE_ANYCAST_INTERVAL_MS";
    public const string AnycastRise = "EDGE_ANYCAST_RISE";
    public const string AnycastFall = "EDGE_ANYCAST_FALL";
    public const string AnycastHoldSeconds = "EDGE_ANYCAST_HOLD_SECONDS";
    public const string AnycastHoldMaxSeconds = "EDGE_ANYCAST_HOLD_MAX_SECONDS";
    public const string AnycastHungSeconds = "EDGE_ANYCAST_HUNG_SECONDS";
    public const string AnycastListen = "EDGE_ANYCAST_LISTEN";
    public const string AnycastPeers = "EDGE_ANYCAST_PEERS";
    public const string AnycastSocket = "EDGE_ANYCAST_SOCKET";
    public const string AnycastDryRun = "EDGE_ANYCAST_DRY_RUN";

    /// <summary>Consul's own variable for a file with the token; not a name of the contract.</summary>
    public const string ConsulTokenFile = "CONSUL_HTTP_TOKEN_FILE";

    /// <summary>Consul's own variable for the token.</summary>
    public const string ConsulToken = "CONSUL_HTTP_TOKEN";

    /// <summary>Every name of the contract, in the order in which --help lists them.</summary>
    public static ImmutableArray<SettingName> All { get; } =
    [
        new(Http, "127.0.0.1:8080", "public HTTP addresses, comma-separated", Executables.Control),
        new(
            TlsCert,
            "",
            "certificate chain for HTTPS (PEM), read again when it changes",
            Executables.Control
        ),
        new(TlsKey, "", "its private key (PEM)", Executables.Control),
        new(
            PlainHttp,
            "0",
            "1 allows plain HTTP off loopback, behind a TLS proxy",
            Executables.Control
        ),
        new(
            Admin,
            "127.0.0.1:8081, of anycastd 127.0.0.1:8083",
            "address of /healthz, /readyz, /metrics and POST /drain",
            Executables.All
        ),
        new(
            Metrics,
            "none",
            "address of /metrics alone, for a Prometheus on another machine",
            Executables.All
        ),
        new(Media, "127.0.0.1:7000", "address of all media, UDP and TCP"),
        new(
            MediaTcp,
            "the media address",
            "TCP address of media, the node's own where nodes share EDGE_MEDIA"
        ),
        new(
            MediaShared,
            "0",
            "1: other edges of the PoP on this machine have the same EDGE_MEDIA",
            Executables.Edge
        ),
        new(
            Takeover,
            "0",
            "1: the edges of the PoP keep each other's sessions, which go on at another one when theirs dies",
            Executables.Edge
        ),
        new(Advertise, "the media address", "addresses for SDP candidates, comma-separated"),
        new(
            Front,
            "none",
            "the node's addresses where media and HTTPS share a TCP port, as in 203.0.113.7:443"
        ),
        new(
            FrontAdvertise,
            "EDGE_FRONT",
            "addresses of it for SDP candidates, which lead to this node alone"
        ),
        new(
            FrontSocket,
            "",
            "path of the socket where control takes that HTTPS from edges of its machine"
        ),
        new(
            Apps,
            "dev:dev-secret on loopback",
            "appId:secret pairs, comma-separated",
            Executables.Control
        ),
        new(Shards, "number of cores", "media threads, 1-64"),
        new(
            PictureWait,
            "5",
            "how long packets of a picture wait for its last one, so that a viewer is sent all with one call, 0-50; 0: not at all"
        ),
        new(
            Standalone,
            "1 on loopback without EDGE_NATS, EDGE_PEERS, EDGE_CONSUL",
            "control and edge in one process"
        ),
        new(Pop, "local", "name of the point of presence"),
        new(Node, "n1", "name of the process, no other's in its PoP", Executables.All),
        new(
            PopKeyFile,
            "standalone: made at start",
            "keys of the PoP: 1-2 lines of 64 hex digits",
            Executables.All
        ),
        new(
            Lan,
            "its own in EDGE_PEERS, else 127.0.0.1:7100",
            "address for the other processes of the PoP, TCP and UDP"
        ),
        new(Peers, "", "edges and controls of the PoP, name=address:port, comma-separated"),
        new(
            Consul,
            "none: EDGE_PEERS is all",
            $"Consul agent URL; token as for consul: {ConsulTokenFile}, {ConsulToken}"
        ),
        new(Nats, "none: no other PoP", "NATS URLs, comma-separated; off loopback tls:// only"),
        new(NatsCredentials, "", "NATS credentials file, needed off loopback"),
        new(DrainSeconds, "30", "deadline of a drain, 0-3600"),
        new(
            DrainWithdrawSeconds,
            "1",
            "time of it for routers to turn away, before sessions go to other edges, 0-60",
            Executables.Edge
        ),
        new(
            Log,
            "Information",
            "Trace, Debug, Information, Warning, Error, Critical or None",
            Executables.All
        ),
        new(Limits, "", "limits of the session API, name=value, comma-separated"),
        new(
            StateFile,
            "in memory",
            "keeps apps and keys made through the API",
            Executables.Control
        ),
        new(
            OperatorTokenFile,
            "",
            "token that makes and changes apps and keys",
            Executables.Control
        ),
        new(TurnUrls, "", "stun:, turn: and turns: URLs, comma-separated", Executables.Control),
        new(TurnSecretFile, "", "shared secret of the TURN servers", Executables.Control),
        .. Anycast(),
    ];

    /// <summary>The setting of a name; null when the contract knows none.</summary>
    public static SettingName? Find(string name)
    {
        foreach (var known in All)
        {
            if (string.Equals(known.Name, name, StringComparison.Ordinal))
            {
                return known;
            }
        }

        return null;
    }

    private static ImmutableArray<SettingName> Anycast() =>
        [
            OfAnycast(AnycastBird, "/run/bird/bird.ctl", "BIRD's control socket"),
            OfAnycast(
                AnycastProtocols,
                "anycast4,anycast6",
                "BIRD's protocols that hold the address, comma-separated"
            ),
            OfAnycast(
                AnycastProbe,
                "127.0.0.1:7000",
                "media addresses of the node, comma-separated; each has to answer"
            ),
            OfAnycast(
                AnycastReady,
                "http://127.0.0.1:8081/readyz",
                "where the node says it is ready"
            ),
            OfAnycast(AnycastIntervalMs, "250", "time between two rounds of probes, 50-10000"),
            OfAnycast(AnycastRise, "3", "good rounds in a row before it announces, 1-100"),
            OfAnycast(AnycastFall, "2", "bad rounds in a row before it withdraws, 2-100"),
            OfAnycast(AnycastHoldSeconds, "5", "stays withdrawn after a fault, 1-3600; doubles"),
            OfAnycast(AnycastHoldMaxSeconds, "120", "longest such time, 1-86400"),
            OfAnycast(
                AnycastHungSeconds,
                "5",
                "withdraws even the last node that answers nothing at all for so long, 1-3600"
            ),
            OfAnycast(
                AnycastListen,
                "none",
                "UDP address where other anycastd of the PoP are heard"
            ),
            OfAnycast(AnycastPeers, "none", "their addresses, name=address:port, comma-separated"),
            new(
                AnycastSocket,
                "none",
                "path of the socket where the edge tells anycastd of its machine which process it is",
                Executables.Edge | Executables.Anycast
            ),
            OfAnycast(AnycastDryRun, "0", "1 decides and tells, but leaves BIRD as it is"),
        ];

    private static SettingName OfAnycast(string name, string defaultText, string meaning) =>
        new(name, defaultText, meaning, Executables.Anycast);
}
