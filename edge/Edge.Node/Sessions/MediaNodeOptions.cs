using System.Collections.Immutable;
using Anycast.Steering;
using Anycast.Takeover;
using Control.Contract.Calls;
using Edge.Forwarding.Tracks;
using Edge.Native.Sockets;
using Edge.Node.Front;
using Edge.Node.MeshLink;
using Edge.Node.Shards;
using Edge.Node.Steering;
using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <summary>How a node runs.</summary>
public sealed record MediaNodeOptions
{
    /// <summary>Least packet slots of a shard: a few receive batches.</summary>
    private const int PacketSlotsMin = 256;

    /// <summary>The address of all media, over UDP and TCP: IPv4, or IPv6, where the wildcard takes IPv4 as well. Port 0
    /// lets the kernel choose.</summary>
    public required NetworkAddress Media { get; init; }

    /// <summary>The address for media over TCP, where that is another: a connection stays where it was accepted, so it has to
    /// be this node's own where nodes share <see cref="Media"/>. Not a wildcard. Default: unset, the same as
    /// <see cref="Media"/>.</summary>
    public NetworkAddress MediaTcp { get; init; }

    /// <summary>The port that media over TCP shares with HTTPS. Default: there is none.</summary>
    public FrontOptions? Front { get; init; }

    /// <summary>The addresses put into SDP candidates, the preferred one first; a port of 0 stands for
    /// the media port. Default: the media address.</summary>
    public ImmutableArray<NetworkAddress> Advertised { get; init; } = [];

    /// <summary>The PoP's name. Default "local".</summary>
    public string Pop { get; init; } = "local";

    /// <summary>The node's name, unique in its PoP. Default "n1".</summary>
    public string Node { get; init; } = "n1";

    /// <summary>The PoP's secret, at least 16 bytes. Default: none, so that one is made at start; then
    /// no other node reads this one's owner codes.</summary>
    public ImmutableArray<byte> PopSecret { get; init; } = [];

    /// <summary>Tells the PoP's secrets apart. Default 0.</summary>
    public byte PopKeyId { get; init; }

    /// <summary>The PoP's secret before, while it is being replaced: what was made with it is read on. Default:
    /// none.</summary>
    public ImmutableArray<byte> FormerPopSecret { get; init; } = [];

    /// <summary>What tells it from <see cref="PopSecret"/>; another number than <see cref="PopKeyId"/>.</summary>
    public byte FormerPopKeyId { get; init; }

    /// <summary>Media threads. Default: one a core. Range 1 to 64.</summary>
    public int Shards { get; init; } = Math.Min(Environment.ProcessorCount, ShardMesh.ShardsMax);

    /// <summary>Most sessions; further ones are refused as overloaded. Default 4096, range 1 to 65536.
    /// Chosen: twice what a core forwards at the cost this project aims at.</summary>
    public int SessionsMax { get; init; } = 4096;

    /// <summary>Most publishers among them. Default 512, range 1 to 65536.</summary>
    public int PublishersMax { get; init; } = 512;

    /// <summary>Most sessions that are not yet connected; beyond it the oldest is dropped (rule R6).
    /// Default 512, range 1 to 65536. Chosen: a second of joins at the rate this project aims at.</summary>
    public int HandshakesMax { get; init; } = 512;

    /// <summary>Most sessions with other servers, each with a port of its own; further ones are refused as
    /// overloaded. Default 256, range 0 to 16384. Chosen: a quarter of the 1024 descriptors that a process has
    /// where nobody raised them, so that HTTP never lacks any.</summary>
    public int ServerSessionsMax { get; init; } = 256;

    /// <summary>Most TCP connections of clients, and no more than half of the descriptors that the process may
    /// have; shards have equal parts. Further ones are closed. Default 4096, as sessions: most clients come by
    /// UDP. Range 1 to 262144.</summary>
    public int ConnectionsMax { get; init; } = 4096;

    /// <summary>Packet slots of each shard. Default 16384 (26 MB of address space, touched as used),
    /// range 256 to 1048576. Chosen: the caches of fifty publishers of 2.5 Mbit/s with key frames every
    /// second; when they run short, caches for joins are let go first.</summary>
    public int PacketSlots { get; init; } = 16_384;

    /// <summary>Bytes asked of the kernel for each shard's receive and send buffer. Default 8 MB.</summary>
    public int SocketBufferBytes { get; init; } = UdpSocketOptions.BufferBytesDefault;

    /// <summary>How long players wait for another publisher under the name. Default 60 s, range 0 to 1 h.</summary>
    public TimeSpan StreamLinger { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long stopping may take. Default 2 s, range 100 ms to 1 min.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What a player is told to wait when nobody publishes. Default 2 s.</summary>
    public TimeSpan NoPublisherRetryAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What a client is told to wait when the node is full. Default 10 s.</summary>
    public TimeSpan OverloadedRetryAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time from the answer to the connection. Default 30 s, range 1 s to 5 min.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Silence after which a session is over. Default 30 s (RFC 7675 §5.1), range 1 s to 5 min.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that data channels may hold, received and not sent, all together. Default 256 MiB,
    /// range 1 MiB to 64 GiB. Beyond it, readers that hold more than 64 KiB count as too slow, and clients that hold more than
    /// the mean in unfinished messages lose their channels.</summary>
    public long ChannelBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Times of the session and track API.</summary>
    public CallsNodeLimits Calls { get; init; } = new();

    /// <summary>Writes the messages of "server-events" data channels. Default: none, so that these
    /// channels are silent.</summary>
    public CallsEventWriter? EventWriter { get; init; }

    /// <summary>Bounds and times of tracks.</summary>
    public TrackOptions Track { get; init; } = new();

    /// <summary>How the node reaches others. Default: it does not, it stands alone.</summary>
    public MeshOptions? Mesh { get; init; }

    /// <summary>How sessions are kept at other nodes of the PoP, so that they outlive this one, and theirs here; null for a node that does not.
    /// Needs <see cref="Steering"/> and <see cref="PopSecret"/>.</summary>
    public TakeoverOptions? Takeover { get; init; }

    /// <summary>How datagrams are passed on that came for other nodes of the PoP. Default: they are not, the media address
    /// is this node's alone.</summary>
    public SteeringOptions? Steering { get; init; }

    /// <summary>Whether shards count what their threads allocate; for tests.</summary>
    public bool MeasuresAllocation { get; init; }

    /// <summary>Every problem of these options, one sentence each; empty when they are good.</summary>
    public ImmutableArray<string> Validate()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        if (Advertised.IsDefaultOrEmpty && new UdpSocketOptions(Media).IsWildcard)
        {
            problems.Add("Advertised must be set when Media is a wildcard.");
        }

        if (!MediaTcp.IsEmpty && new UdpSocketOptions(MediaTcp).IsWildcard)
        {
            problems.Add("MediaTcp is not a wildcard.");
        }

        Front?.Validate(problems);

        if (!PopSecret.IsDefaultOrEmpty && PopSecret.Length < PopKey.SecretBytesMin)
        {
            problems.Add($"PopSecret has at least {PopKey.SecretBytesMin} bytes.");
        }

        if (!FormerPopSecret.IsDefaultOrEmpty)
        {
            if (PopSecret.IsDefaultOrEmpty || FormerPopSecret.Length < PopKey.SecretBytesMin)
            {
                problems.Add(
                    $"FormerPopSecret has at least {PopKey.SecretBytesMin} bytes, beside a PopSecret."
                );
            }

            if (FormerPopKeyId == PopKeyId)
            {
                problems.Add("FormerPopKeyId is another number than PopKeyId.");
            }
        }

        if (Steering is not null && PopSecret.IsDefaultOrEmpty)
        {
            problems.Add("Steering needs the PopSecret that all nodes of the PoP share.");
        }

        CheckNumber(problems, nameof(Shards), Shards, 1, ShardMesh.ShardsMax);
        CheckNumber(problems, nameof(SessionsMax), SessionsMax, 1, 65_536);
        CheckNumber(problems, nameof(PublishersMax), PublishersMax, 1, 65_536);
        CheckNumber(problems, nameof(HandshakesMax), HandshakesMax, 1, 65_536);
        CheckNumber(problems, nameof(ServerSessionsMax), ServerSessionsMax, 0, 16_384);
        CheckNumber(problems, nameof(ConnectionsMax), ConnectionsMax, 1, 262_144);
        CheckNumber(problems, nameof(PacketSlots), PacketSlots, PacketSlotsMin, 1 << 20);
        CheckNumber(problems, nameof(SocketBufferBytes), SocketBufferBytes, 4096, 1 << 30);
        CheckNumber(
            problems,
            nameof(ChannelBytesMax) + " in MiB",
            (int)Math.Min(ChannelBytesMax >> 20, int.MaxValue),
            1,
            64 * 1024
        );
        CheckTime(problems, nameof(StreamLinger), StreamLinger, 0, 3600);
        CheckTime(problems, nameof(StopWithin), StopWithin, 0.1, 60);
        CheckTime(problems, nameof(NoPublisherRetryAfter), NoPublisherRetryAfter, 1, 3600);
        CheckTime(problems, nameof(OverloadedRetryAfter), OverloadedRetryAfter, 1, 3600);
        CheckTime(problems, nameof(ConnectTimeout), ConnectTimeout, 1, 300);
        CheckTime(problems, nameof(IdleTimeout), IdleTimeout, 1, 300);
        CheckTime(problems, nameof(Calls.ConnectWait), Calls.ConnectWait, 0, 60);
        CheckTime(problems, nameof(Calls.MediaWait), Calls.MediaWait, 0, 60);
        CheckTime(problems, nameof(Calls.TrackIdle), Calls.TrackIdle, 1, 3600);
        CheckTime(problems, nameof(Calls.SessionIdle), Calls.SessionIdle, 1, 300);
        CheckTime(problems, nameof(Calls.AckWait), Calls.AckWait, 0, 300);
        CheckTime(problems, nameof(Calls.QualityInterval), Calls.QualityInterval, 1, 600);
        return problems.ToImmutable();
    }

    private static void CheckNumber(
        ImmutableArray<string>.Builder problems,
        string name,
        int value,
        int least,
        int most
    )
    {
        if (value < least || value > most)
        {
            problems.Add(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{name} is {value}, outside {least} to {most}."
                )
            );
        }
    }

    private static void CheckTime(
        ImmutableArray<string>.Builder problems,
        string name,
        TimeSpan value,
        double leastSeconds,
        double mostSeconds
    )
    {
        if (value.TotalSeconds < leastSeconds || value.TotalSeconds > mostSeconds)
        {
            problems.Add(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{name} is {value.TotalSeconds} s, outside {leastSeconds} to {mostSeconds} s."
                )
            );
        }
    }
}
