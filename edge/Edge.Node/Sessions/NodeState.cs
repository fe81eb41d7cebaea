using System.Collections.Immutable;
using Anycast.Steering;
using Edge.Native.Sockets;
using Edge.Node.Front;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.Early;
using Edge.Node.MeshLink;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;
using Edge.Node.Shards.Connections;
using Edge.Node.Steering;
using Edge.Node.Takeover;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Sessions;

/// <summary>What the shards of a node share.</summary>
/// <remarks>Threads: any; each part says how.</remarks>
internal sealed class NodeState
{
    private readonly int[] _counts = new int[Enum.GetValues<SessionRole>().Length];
    private int _isStopping;
    private int _isLeaving;
    private int _isDeparting;

    /// <summary>Puts the shared parts together; the shards are added when they exist.</summary>
    public NodeState(MediaNodeOptions options, NodeClock clock, PacketPool[] pools, ILogger logger)
    {
        Options = options;
        Clock = clock;
        Pools = pools;
        Logger = logger;
        ConnectionsOfShardMax = ConnectionTable.CapacityOf(
            options.ConnectionsMax,
            DescriptorLimit.Raise(),
            options.Shards
        );
        Mesh = new ShardMesh(options.Shards);
        Streams = new StreamDirectory(options.Shards, options.StreamLinger, clock.Life);
        Shards = new Shard[options.Shards];
    }

    /// <summary>The settings.</summary>
    public MediaNodeOptions Options { get; }

    /// <summary>The timeline.</summary>
    public NodeClock Clock { get; }

    /// <summary>The packet pools, one a shard.</summary>
    public PacketPool[] Pools { get; }

    /// <summary>Where events of the node are logged.</summary>
    public ILogger Logger { get; }

    /// <summary>Most TCP connections of a shard.</summary>
    public int ConnectionsOfShardMax { get; }

    /// <summary>The rings between shards.</summary>
    public ShardMesh Mesh { get; }

    /// <summary>What ties this node to others; null for one that stands alone.</summary>
    public MeshEngine? Engine { get; set; }

    /// <summary>Where other nodes are asked; null for a node that stands alone.</summary>
    public PeerDesk? Desk { get; set; }

    /// <summary>Where streams of other nodes are found; null for a node that stands alone.</summary>
    public StreamDesk? StreamDesk { get; set; }

    /// <summary>The validated addresses of all sessions.</summary>
    public NodeFlows<Session> Flows { get; } = new();

    /// <summary>Where other nodes of the PoP are told of them; null for a node whose address is its own.</summary>
    public FlowDesk? FlowDesk { get; set; }

    /// <summary>Which sessions are of other nodes than their names say; null for a node whose address is its own.</summary>
    public AdoptionDesk? Adoptions { get; set; }

    /// <summary>Gives sessions to the nodes where their flows come in; null for a node whose address is its own, or that does
    /// not do so.</summary>
    public EarlyMoves? EarlyMoves { get; set; }

    /// <summary>Keeps sessions at other nodes of the PoP, and takes theirs over; null for a node that does not.</summary>
    public TakeoverDesk? Takeover { get; set; }

    /// <summary>TCP connections whose sessions are on their way here.</summary>
    public ArrivedConnections Arrived { get; } = new();

    /// <summary>What goes to and comes from other PoPs because it came to the wrong one; null for a node that stands alone.
    /// </summary>
    public CrossingDesk? Crossings { get; set; }

    /// <summary>All sessions.</summary>
    public SessionDirectory Sessions { get; } = new();

    /// <summary>All streams.</summary>
    public StreamDirectory Streams { get; }

    /// <summary>The shards.</summary>
    public Shard[] Shards { get; }

    /// <summary>Sessions that publish.</summary>
    public int Publishers => CountOf(SessionRole.Publisher);

    /// <summary>Sessions that play.</summary>
    public int Players => CountOf(SessionRole.Player);

    /// <summary>The port shared with HTTPS; null for a node that has none.</summary>
    public FrontDoor? Front { get; set; }

    /// <summary>Whether the node ends: it takes no more sessions.</summary>
    public bool IsStopping
    {
        get => Volatile.Read(ref _isStopping) != 0;
        set => Volatile.Write(ref _isStopping, value ? 1 : 0);
    }

    /// <summary>Whether the node is about to end: clients are told to go elsewhere.</summary>
    public bool IsLeaving
    {
        get => Volatile.Read(ref _isLeaving) != 0;
        set => Volatile.Write(ref _isLeaving, value ? 1 : 0);
    }

    /// <summary>Whether its sessions go to other nodes: it takes none from others.</summary>
    public bool IsDeparting
    {
        get => Volatile.Read(ref _isDeparting) != 0;
        set => Volatile.Write(ref _isDeparting, value ? 1 : 0);
    }

    /// <summary>All sessions of the session and track API.</summary>
    public CallsDirectory Calls { get; } = new();

    /// <summary>What happens to them.</summary>
    public CallsEventHub Events { get; } = new();

    /// <summary>Apps of which no session may arrive any more.</summary>
    public EndedApps EndedApps { get; } = new();

    /// <summary>Told when the media of such a session connected or closed. Called on its shard.</summary>
    public ICallerObserver? Callers { get; set; }

    /// <summary>Whether a session of whatever kind is this node's.</summary>
    public bool HasSession(string sessionId) =>
        Sessions.TryFindById(sessionId, out _) || Calls.Has(sessionId);

    /// <summary>Counts a session and makes it known by its id and fragment. Comes before anything that
    /// lets others close it, so that <see cref="Forget"/> finds what it has to undo.</summary>
    public void Know(Session session, string fragment)
    {
        if (Sessions.Add(session, fragment))
        {
            Interlocked.Increment(ref Counter(session.Role));
            if (session is { State: SessionState.Connected, Peer.Transport.IsLimited: true })
            {
                // Others are told of a new one when it connects: before that there is nothing to keep.
                Takeover?.HandleKnown(session);
            }
        }
    }

    /// <summary>Lets go of a flow that another node says is its own: of two that claim one address the one that saw a check of
    /// it last has it, and the other would go on saying so. The next check here claims it again. Where a client of this node is
    /// proved to be, it stays until another one's is; who shakes hands where another one's is goes on with it, and the others hear
    /// of it.</summary>
    public void ReleaseFlow(FlowWord claim)
    {
        var isNew = Flows.Yield(claim, out var session, Clock.Now());
        if (session is null)
        {
            return;
        }

        if (isNew)
        {
            FlowDesk?.Tell(claim.Client, session.OwnerShard, hasEnded: false);
        }

        foreach (var shard in Shards)
        {
            shard.Post(new ShardCommand.RemoveRoute(session, claim.Client));
        }
    }

    /// <summary>Gives a session to its shard.</summary>
    public void Give(Session session) =>
        Shards[session.OwnerShard].Post(new ShardCommand.Adopt(session));

    /// <summary>Asks for changes of data channels where they are carried.</summary>
    public void Post(
        SessionChannels channels,
        ImmutableArray<ChannelChange> changes,
        TaskCompletionSource<bool>? done = null
    ) =>
        Shards[channels.Carrier.OwnerShard]
            .Post(new ShardCommand.ChangeChannels(channels, changes, done));

    /// <summary>Forgets a session that has closed. Threads: its shard.</summary>
    public void Forget(Session session)
    {
        // Not of one that another transport replaced: its id lives on.
        if (Sessions.Remove(session, session.Fragments))
        {
            Adoptions?.Release(session.Id);
            Takeover?.HandleForgotten(session);
            Interlocked.Decrement(ref Counter(session.Role));
        }

        if (session.Role == SessionRole.Caller)
        {
            Callers?.HandleClosed(session);
            return;
        }

        Apply(Streams.Remove(session, Clock.Now()));
        if (session.Role == SessionRole.Publisher && !Streams.HasPublisher(session.Stream))
        {
            StreamDesk?.HandleUnpublished(session.Stream);
        }
    }

    /// <summary>Sessions that are here, with those of the session and track API that no client has answered yet.</summary>
    public int SessionsLeft =>
        Sessions.Count
        + Calls.All.Count(session => session.Media is null)
        + (Takeover?.Coming ?? 0);

    /// <summary>Forgets a session that goes on at another node: nothing of it has ended.</summary>
    /// <param name="session">The session.</param>
    /// <param name="followed">What the tracks of a publisher are there, where viewers stay here.</param>
    public void ForgetMoved(Session session, RemoteStream? followed)
    {
        if (Sessions.Remove(session, session.Fragments))
        {
            Interlocked.Decrement(ref Counter(session.Role));
        }

        if (session.Role != SessionRole.Caller)
        {
            Apply(Streams.ForgetMoved(session, followed, Clock.Now()));
            return;
        }

        foreach (var published in session.Published)
        {
            if (published?.Source is { } source && source.Track.TryReplaceSource(source, null))
            {
                GoOn(source.Track);
            }
        }
    }

    /// <summary>Tells the shards what a change of a stream means for them.</summary>
    public void Apply(StreamChange change)
    {
        foreach (var session in change.Closing)
        {
            Shards[session.OwnerShard]
                .Post(new ShardCommand.Close(session, PeerClosedReason.Requested, Done: null));
        }

        foreach (var shard in Shards)
        {
            foreach (var source in change.Ended)
            {
                shard.Post(new ShardCommand.EndSource(source));
            }

            foreach (var track in change.Retired)
            {
                shard.Post(new ShardCommand.RetireTrack(track));
            }
        }

        if (Engine is { } engine)
        {
            engine.Apply(change);
        }

        foreach (var track in change.Continued)
        {
            GoOn(track);
        }
    }

    /// <summary>Tells the shards that a track's publisher goes on at another place.</summary>
    public void GoOn(StreamTrack track)
    {
        foreach (var shard in Shards)
        {
            shard.Post(new ShardCommand.GoOn(track));
        }
    }

    private int CountOf(SessionRole role) => Volatile.Read(ref Counter(role));

    private ref int Counter(SessionRole role) => ref _counts[(int)role];
}
