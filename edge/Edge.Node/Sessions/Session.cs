using System.Collections.Immutable;
using Control.Contract;
using Edge.Forwarding.Downlinks;
using Edge.Forwarding.Uplinks;
using Edge.Native.Sockets;
using Edge.Node.Sessions.Channels;
using Edge.Node.Sessions.Identities;
using Edge.Node.Sessions.Sound;
using Edge.Node.Shards;
using Edge.Node.Steering;
using Edge.Node.Takeover.Keeping;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;

namespace Edge.Node.Sessions;

/// <summary>A client's session: its peer, and what it publishes or plays.</summary>
/// <remarks>
/// Owner: exactly one shard at a time, named by <see cref="OwnerShard"/>; whoever is not that shard
/// reads only what is marked "any". A shard that lets a session go writes the new owner last, and the
/// new owner reads it first: everything written before is seen.
/// </remarks>
internal sealed class Session : ITrackOrigin, IFlowHolder
{
    private const int LogIdLength = 16;

    private int _ownerShard;
    private int _state;
    private string _iceTag;
    private string[] _fragments;

    /// <summary>Makes a session that no shard drives yet.</summary>
    public Session(
        string id,
        StreamKey stream,
        SessionRole role,
        Peer peer,
        string fragment,
        int ownerShard
    )
    {
        Id = id;
        Stream = stream;
        Role = role;
        Peer = peer;
        _iceTag = fragment;
        _fragments = [fragment];
        _ownerShard = ownerShard;
    }

    /// <summary>The unguessable id. Threads: any.</summary>
    public string Id { get; }

    /// <summary>The first characters of <see cref="Id"/>: owner code and 48 of the random bits. Enough to
    /// find a session in the logs; the whole id is the permission to change it and is never logged.</summary>
    public string LogId => Id[..LogIdLength];

    /// <summary>The stream it publishes or plays. Threads: any.</summary>
    public StreamKey Stream { get; }

    /// <summary>What it does. Threads: any.</summary>
    public SessionRole Role { get; }

    /// <summary>What it presents in DTLS, here and wherever it goes. Threads: any.</summary>
    public required SessionIdentity Identity { get; init; }

    /// <summary>The protocol engine.</summary>
    public Peer Peer { get; }

    /// <summary>What it publishes, by the receiver's section; null where a section ended.</summary>
    public PublishedTrack?[] Published { get; set; } = [];

    /// <summary>What it plays, by the sender's stream; null where a stream ended.</summary>
    public PlayedTrack?[] Played { get; set; } = [];

    /// <summary>What its client's network carries of what it plays; null while it never played anything.</summary>
    public Downlink? Downlink { get; set; }

    /// <summary>The changes of <see cref="Downlink"/> after which its tracks were last looked at.</summary>
    public long DownlinkChangesSeen { get; set; }

    /// <summary>How much of what it publishes anybody can use; null while it publishes nothing or could not be
    /// told.</summary>
    public UplinkLimit? Uplink { get; set; }

    /// <summary>Its data channels; null without any.</summary>
    public SessionChannels? Channels { get; set; }

    /// <summary>What it hears; null for one that is told nothing of it.</summary>
    public SessionSound? Sound { get; set; }

    /// <summary>Its flows.</summary>
    public SessionRoutes Routes { get; } = new();

    /// <summary>Its place in its shard's table, or none while no shard drives it.</summary>
    public int Slot { get; set; } = TimedSlots<Session>.NoSlot;

    /// <summary>Whether it was placed on the shard of its first flow.</summary>
    public bool IsPlaced { get; set; }

    /// <summary>The datagram being handled, so that events know where it came in.</summary>
    public Arrival LastArrival { get; set; }

    /// <summary>What was agreed, for reports and ICE restarts. Threads: any.</summary>
    public required ImmutableArray<MediaAgreement> Media { get; init; }

    /// <summary>Streams of events that its client opened. Threads: any may read; the control plane writes, under
    /// <see cref="Gate"/>.</summary>
    public ImmutableArray<PlayerEvents> EventStreams { get; set; } = [];

    /// <summary>The client's current ICE fragment. Threads: the control plane, under <see cref="Gate"/>.</summary>
    public required string RemoteFragment { get; set; }

    /// <summary>The socket of its own port: its peer is another server, and two sessions towards one address
    /// of it would be one flow to both ends if they shared a port. Null for a client's session. Owner: the
    /// session until a shard drives it, then the shard. Threads: any may look whether there is one.</summary>
    public UdpSocket? OwnSocket { get; init; }

    /// <summary>Where its shard sends from and receives.</summary>
    public int Port { get; set; } = ShardIo.SharedPort;

    /// <summary>Username fragments that lead to it, the newest last; replaced as a whole. Threads: any
    /// may read; the control plane writes, under <see cref="Gate"/>.</summary>
    public string[] Fragments
    {
        get => Volatile.Read(ref _fragments);
        set => Volatile.Write(ref _fragments, value);
    }

    /// <summary>Serialises what the control plane changes of it.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The shard that drives it. Threads: any may read; the owner gives it away.</summary>
    public int OwnerShard
    {
        get => Volatile.Read(ref _ownerShard);
        set => Volatile.Write(ref _ownerShard, value);
    }

    /// <summary>How far it is. Threads: any may read; the owner writes.</summary>
    public SessionState State
    {
        get => (SessionState)Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>Whether it does nothing here any more. Threads: any may read.</summary>
    public bool IsOver => State >= SessionState.Closed;

    /// <inheritdoc/>
    public bool IsClosed => State == SessionState.Closed;

    /// <inheritdoc/>
    public bool IsConnected => State is SessionState.Connected or SessionState.Moved;

    /// <summary>When its client was proved to be where it is sent to; <see cref="Instant.Never"/> before that.</summary>
    public Instant ProvedAt { get; set; } = Instant.Never;

    /// <summary>When something of its client is next said to have come from where it is sent to.</summary>
    public Instant HoldAt { get; set; }

    /// <summary>When it was made here, or came from another node.</summary>
    public required Instant CreatedAt { get; init; }

    /// <summary>What it has reached on its way to media.</summary>
    public SessionStages Stages { get; set; }

    /// <summary>Whether it comes from another node and no shard drives it yet: it is resumed, not adopted.</summary>
    public bool IsArriving { get; set; }

    /// <summary>Whether it stays at this node until the node drains: it was tried to give it to the node of its client's flow, another
    /// node gave it, or its session is connected already. Threads: its shard, once it has one.</summary>
    public bool StaysHere { get; set; }

    /// <summary>Whether another node gave it before anything began, because its client's flow comes here.</summary>
    public bool HasFollowedFlow { get; init; }

    /// <summary>How other nodes are told of it, for a sudden end of this one; null where they are not. Threads: its shard.</summary>
    public KeptSession? Kept { get; set; }

    /// <summary>Takes what comes for it while it is about to move to another node; null else.</summary>
    public HeldDatagrams? Held { get; set; }

    /// <summary>The name of the current ICE session. Threads: any may read.</summary>
    public string IceTag
    {
        get => Volatile.Read(ref _iceTag);
        set => Volatile.Write(ref _iceTag, value);
    }

    /// <summary>Our address that a flow was sent to; unset unless the socket is bound to a wildcard.</summary>
    [HotPath]
    public NetworkAddress LocalFor(in NetworkAddress remote)
    {
        if (Routes.TryFind(remote, out var index))
        {
            return Routes[index].Local;
        }

        return LastArrival.Source == remote ? LastArrival.Local : default;
    }
}
