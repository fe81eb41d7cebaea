namespace Repository.Tests;

/// <summary>The tables of this repository that rules compare it with. Change one in the commit that
/// changes the house, with the reason.</summary>
internal static class Layout
{
    /// <summary>Every project outside tests/. Rank: a project may refer to lower ranks only.</summary>
    public static readonly IReadOnlyList<ProjectEntry> Projects =
    [
        new("Edge.Primitives", "edge", Floor: 0, Rank: 0, IsCore: true),
        // Floor 0, but a contract of floors 3-4: its calls are tasks.
        new("Control.Contract", "control", Floor: 0, Rank: 0, IsCore: false),
        new("Edge.Wire", "edge", Floor: 0, Rank: 1, IsCore: true),
        new("Edge.Protocol", "edge", Floor: 1, Rank: 10, IsCore: true),
        new("Edge.Forwarding", "edge", Floor: 2, Rank: 20, IsCore: true),
        new("Edge.Mesh", "edge", Floor: 2, Rank: 20, IsCore: true),
        new("Anycast.Steering", "anycast", Floor: 2, Rank: 20, IsCore: true),
        new("Anycast.Health", "anycast", Floor: 2, Rank: 20, IsCore: true),
        // Knows by whom sessions are drawn to nodes (Steering).
        new("Anycast.Takeover", "anycast", Floor: 2, Rank: 21, IsCore: true),
        // The side: implements interfaces of floors 1-2, used from floor 3 on.
        new("Edge.Native", "edge", Floor: 2, Rank: 25, IsCore: false),
        // Beside it: messages between processes, over whatever there is.
        new("Edge.Bus", "edge", Floor: 2, Rank: 25, IsCore: false),
        // And BIRD, over its control socket.
        new("Anycast.Bird", "anycast", Floor: 2, Rank: 25, IsCore: false),
        new("Edge.Node", "edge", Floor: 3, Rank: 30, IsCore: false),
        // What the executables have in common: settings, lifetime, the admin address.
        new("Edge.Hosting", "edge", Floor: 4, Rank: 39, IsCore: false),
        new("Edge.Host", "edge", Floor: 4, Rank: 40, IsCore: false),
        new("Anycast.Daemon", "anycast", Floor: 4, Rank: 40, IsCore: false),
        new("Control.Server", "control", Floor: 4, Rank: 40, IsCore: false),
    ];

    /// <summary>The rooms of each project: its folders, and the first part of their namespaces.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Rooms = new Dictionary<
        string,
        string[]
    >(StringComparer.Ordinal)
    {
        ["Edge.Wire"] =
        [
            "Bits",
            "Framing",
            "Mesh",
            "Payload",
            "Rtcp",
            "Rtp",
            "Sctp",
            "Sdp",
            "State",
            "Stun",
        ],
        ["Edge.Protocol"] =
        [
            "Congestion",
            "DataChannels",
            "Dtls",
            "Ice",
            "Negotiation",
            "Pacing",
            "Retransmission",
            "Srtp",
            "Transport",
        ],
        ["Edge.Forwarding"] =
        [
            "Allocation",
            "AudioLevel",
            "Downlinks",
            "KeyFrames",
            "LayerSelection",
            "Rewriting",
            "State",
            "Thinning",
            "Tracks",
            "Uplinks",
        ],
        ["Edge.Native"] = ["OpenSsl", "Sockets"],
        ["Edge.Bus"] = ["InProcess", "Lan", "Nats"],
        ["Edge.Mesh"] = ["Demand", "Exports", "Feeds", "Messages", "Names", "Paths", "Peers"],
        ["Edge.Node"] =
        [
            "Front",
            "HandOver",
            "LanLink",
            "MeshLink",
            "Serving",
            "Sessions",
            "Shards",
            "Steering",
            "Takeover",
            "Telemetry",
        ],
        ["Edge.Hosting"] = ["Discovery", "Http", "Lifetime", "Links", "Metrics", "Settings"],
        ["Edge.Host"] = ["Lifetime", "Links", "Settings"],
        ["Anycast.Health"] = ["Peers", "Rounds"],
        ["Anycast.Takeover"] = ["Indices", "Letters", "Roles", "State", "Voting"],
        ["Anycast.Bird"] = ["Replies"],
        ["Anycast.Daemon"] =
        [
            "Announcing",
            "Lifetime",
            "Peers",
            "Probing",
            "Processes",
            "Settings",
            "Telemetry",
        ],
        ["Control.Contract"] = ["Calls", "Nodes"],
        ["Control.Server"] =
        [
            "Apps",
            "Calls",
            "Console",
            "Front",
            "Http",
            "Lifetime",
            "Placement",
            "Sessions",
            "Settings",
            "Telemetry",
            "Tls",
            "Turn",
            "Usage",
            "Webhooks",
            "Whep",
            "Whip",
        ],
    };

    /// <summary>The thousand that the log event ids of a project lie in. Each of its rooms takes one
    /// hundred of it for itself.</summary>
    public static readonly IReadOnlyDictionary<string, int> LogThousands = new Dictionary<
        string,
        int
    >(StringComparer.Ordinal)
    {
        ["Edge.Native"] = 2000,
        ["Edge.Bus"] = 7000,
        ["Edge.Node"] = 3000,
        ["Control.Server"] = 4000,
        ["Edge.Hosting"] = 8000,
        ["Edge.Host"] = 5000,
        ["Anycast.Daemon"] = 6000,
    };

    /// <summary>Files that may be longer than the limit, each with the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> LongFiles = new Dictionary<
        string,
        string
    >(StringComparer.Ordinal);

    /// <summary>Files outside Edge.Native that may call native code, each with the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> NativeFiles = new Dictionary<
        string,
        string
    >(StringComparer.Ordinal)
    {
        ["tests/Edge.Processes/Links/TunDevice.cs"] =
            "A device of the emulated link: only tests and the bench have a use for it.",
        ["tests/Edge.Processes/Links/NetworkSpace.cs"] =
            "Sockets of a test in a network namespace: setns(2), which no server calls.",
    };

    /// <summary>Test projects that may use the clock, sleep and open sockets: those of floor 3 and up,
    /// and of the system calls themselves.</summary>
    public static readonly IReadOnlySet<string> TestsWithClock = new HashSet<string>(
        StringComparer.Ordinal
    )
    {
        "Anycast.Bird.Tests",
        "Anycast.Daemon.Tests",
        "Anycast.Lab",
        "Conformance.Tests",
        "Control.Server.Tests",
        "Edge.Benchmarks",
        "Edge.Bus.Tests",
        "Edge.Host.Tests",
        "Edge.Hosting.Tests",
        "Edge.Load",
        "Edge.Native.Tests",
        "Edge.Node.Tests",
        "Edge.Processes",
        "EndToEnd.Tests",
        "Interop.Tests",
        "Mesh.Tests",
        "Terraform.Lab",
        "Terraform.Tests",
    };
}
