using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Anycast.Steering;
using Control.Contract;
using Edge.Native.Sockets;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions.Channels;
using Edge.Node.Sessions.Identities;
using Edge.Node.Shards;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Wire.State;

namespace Edge.Node.Sessions;

/// <summary>Makes sessions and makes them known: names, credentials, peers, admission.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class SessionFactory
{
    /// <summary>Length of the stream id and canonical name that a session's SDP and reports carry:
    /// 96 random bits (RFC 7022 §4.2 asks for that many).</summary>
    public const int NameLength = 16;

    /// <summary>Fragments that lead to one session: the current one, the one before (RFC 8445 §9: it works
    /// until the new one is nominated), and one for a restart that overtakes another.</summary>
    private const int FragmentsMax = 3;

    /// <summary>Kernel buffers of a session's own port. Chosen: an eighth of those of the shared one, for one
    /// session.</summary>
    private const int PortBufferBytes = UdpSocketOptions.BufferBytesDefault / 8;

    private readonly NodeState _state;
    private readonly SessionNames _names;
    private readonly PendingSessions _pending;
    private readonly ImmutableArray<NetworkAddress> _candidates;
    private readonly ImmutableArray<NetworkAddress> _tcpCandidates;
    private readonly CheckTargets _targets;
    private int _nextShard;

    /// <summary>Makes the factory of a node.</summary>
    public SessionFactory(
        NodeState state,
        SessionIdentities identities,
        ImmutableArray<NetworkAddress> candidates,
        ImmutableArray<NetworkAddress> tcpCandidates
    )
    {
        _state = state;
        Identities = identities;
        _names = new SessionNames(state.Options);
        _pending = new PendingSessions(state.Options.HandshakesMax);
        _candidates = candidates;
        _tcpCandidates = tcpCandidates;
        _targets = new CheckTargets(state.Options.Media, candidates);
    }

    private MediaNodeOptions Options => _state.Options;

    /// <summary>What sessions prove to be themselves by.</summary>
    public SessionIdentities Identities { get; }

    /// <summary>The keys by which codes of this PoP are read.</summary>
    public PopKeyRing Keys => _names.Keys;

    /// <summary>A stream of randomness for one session.</summary>
    public Prng Fork() => _names.Fork();

    /// <summary>An unguessable id that is safe in a URL's path.</summary>
    public string DrawId(Prng random) => _names.SessionId(random);

    /// <summary>ICE credentials whose fragment says where the session lives.</summary>
    public IceCredentials DrawCredentials(Prng random) =>
        IceCredentials.Create(_names.Fragment(random), random);

    /// <summary>What our descriptions say of the transport.</summary>
    /// <param name="identity">The session's.</param>
    /// <param name="credentials">Our ICE credentials.</param>
    /// <param name="ownPort">The port of a session with another server, to which we are no lite agent.</param>
    public LocalTransportDescription Describe(
        SessionIdentity identity,
        IceCredentials credentials,
        ushort? ownPort = null
    ) =>
        new(
            credentials.UsernameFragment,
            credentials.Password,
            identity.Fingerprint,
            ownPort is { } port
                ? [.. _candidates.Select(address => address.WithPort(port))]
                : _candidates,
            IsIceLite: ownPort is null
        )
        {
            // Other servers are reached by UDP.
            TcpCandidateAddresses = ownPort is null ? _tcpCandidates : [],
        };

    /// <summary>Opens a port for a session with another server; null when the system has none left.</summary>
    public UdpSocket? OpenPort()
    {
        var options = new UdpSocketOptions(
            Options.Media.WithPort(0),
            ReceiveBufferBytes: PortBufferBytes,
            SendBufferBytes: PortBufferBytes
        )
        {
            SharesPort = false,
            StampsArrivals = true,
        };
        _ = UdpSocket.TryOpen(options, out var socket);
        return socket;
    }

    /// <summary>Whether there is no room for another session.</summary>
    public bool IsFull([NotNullWhen(true)] out string? reason)
    {
        reason =
            _state.IsStopping ? "The node is stopping."
            : _state.Sessions.Count >= Options.SessionsMax ? "The node takes no more sessions now."
            : null;
        return reason is not null;
    }

    /// <summary>Which addresses of another server a session checks.</summary>
    public CheckTargets.Choice ChooseTargets(RemoteTransport remote) => _targets.Choose(remote);

    /// <summary>Makes a session that nobody knows of yet.</summary>
    public Session Create(in SessionPlan plan, Prng random)
    {
        var isLite = plan.OwnSocket is null;
        var settings = new PeerSettings
        {
            IceMode = isLite ? IceMode.Lite : IceMode.Controlling,
            LocalCredentials = plan.Credentials,
            Remote = plan.Remote,
            Receives = plan.Role == SessionRole.Publisher ? plan.Media : [],
            Sends = plan.Role == SessionRole.Player ? plan.Media : [],
            ReportSsrc = new Ssrc(random.NextUInt32()),
            Cname = plan.Cname,
            Transport = TimesOf(plan.Role) with
            {
                Liveness =
                    // Other servers answer checks for as long as they are there, clients need not.
                    plan.Role == SessionRole.Player
                    || !isLite
                        ? PeerLiveness.Consent
                        : PeerLiveness.ConsentOrMedia,
            },
        };
        var peer = plan.Identity.Peers.Create(settings, random, _state.Clock.Now());
        if (_state.Takeover is not null && isLite)
        {
            // Others keep it. Not one whose port ends with this process.
            peer.Transport.LimitIndices();
        }

        return new Session(
            plan.Id,
            plan.Stream,
            plan.Role,
            peer,
            plan.Credentials.UsernameFragment,
            NextShard()
        )
        {
            CreatedAt = _state.Clock.Now(),
            Identity = plan.Identity,
            Media = plan.Media,
            OwnSocket = plan.OwnSocket,
            RemoteFragment = plan.Remote.UsernameFragment,
        };
    }

    /// <summary>Makes the engine of a session that comes from another node; null when what was written of it makes no
    /// sense.</summary>
    public Peer? TryRestore(
        ref StateReader reader,
        SessionIdentity identity,
        SessionRole role,
        Prng random
    ) => identity.Peers.TryRestore(ref reader, RestoreOptions(role), random);

    /// <summary>The same of a session whose node has ended suddenly, from its portrait.</summary>
    public Peer? TryRevive(
        ref StateReader reader,
        SessionIdentity identity,
        SessionRole role,
        Prng random,
        Instant now
    ) => identity.Peers.TryRevive(ref reader, RestoreOptions(role), random, now);

    /// <summary>Makes a session that comes from another node, and of which nobody knows here yet.</summary>
    public Session Restore(EngineLetter letter)
    {
        var facts = letter.Facts;
        var isNew = letter.Peer.Transport.State == PeerState.New;
        return new Session(
            facts.Id,
            facts.Stream,
            facts.Role,
            letter.Peer,
            facts.Fragments[^1],
            NextShard()
        )
        {
            CreatedAt = _state.Clock.Now(),
            Stages = isNew ? SessionStages.Created : SessionStages.All,
            Identity = letter.Identity,
            Media = facts.Media,
            RemoteFragment = facts.RemoteFragment,
            Fragments = [.. facts.Fragments],
            IceTag = facts.IceTag,
            EventStreams = facts.EventStreams,
            State = isNew ? SessionState.New : SessionState.Connected,
            StaysHere = true,
            HasFollowedFlow = isNew,
            // Until its shard has resumed it.
            IsArriving = true,
            Held = new HeldDatagrams(),
        };
    }

    private PeerRestoreOptions RestoreOptions(SessionRole role) =>
        new()
        {
            Transport = TimesOf(role),
            Channels = ChannelLimits.Usual,
            ChannelPool = new MessagePool(ChannelLimits.PoolBytesMax),
        };

    private PeerTransportOptions TimesOf(SessionRole role)
    {
        var isCaller = role == SessionRole.Caller;
        return new PeerTransportOptions
        {
            ConnectTimeout = isCaller ? Options.Calls.SessionIdle : Options.ConnectTimeout,
            IdleTimeout = isCaller ? Options.Calls.SessionIdle : Options.IdleTimeout,
        };
    }

    private int NextShard() =>
        (int)((uint)Interlocked.Increment(ref _nextShard) % (uint)Options.Shards);

    /// <summary>Makes a session known; see <see cref="NodeState.Know"/>.</summary>
    public void Know(Session session, IceCredentials credentials) =>
        _state.Know(session, credentials.UsernameFragment);

    /// <summary>Gives a session that is known to its shard; the oldest of too many that are not connected
    /// yet has to go for it (rule R6).</summary>
    public void Give(Session session)
    {
        _state.Give(session);
        Await(session);
    }

    /// <summary>Counts a session among those that are not connected yet; the oldest of too many ends for it.</summary>
    public void Await(Session session)
    {
        if (_pending.Add(session) is { } displaced)
        {
            _state
                .Shards[displaced.OwnerShard]
                .Post(new ShardCommand.Close(displaced, PeerClosedReason.Requested, Done: null));
        }
    }

    /// <summary>Restarts a session's ICE; false when it has ended.</summary>
    /// <param name="session">The session.</param>
    /// <param name="local">Our new credentials.</param>
    /// <param name="remote">The other side's.</param>
    /// <param name="targets">Further addresses to check, for a session with another server.</param>
    public async ValueTask<bool> RestartIceAsync(
        Session session,
        IceCredentials local,
        IceCredentials remote,
        params ImmutableArray<NetworkAddress> targets
    )
    {
        // Before the shard acts on it: whatever ends the session from now on removes it.
        _state.Sessions.AddFragment(session, local.UsernameFragment);
        KeepFragment(session, local.UsernameFragment);
        var done = new TaskCompletionSource<bool>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        _state
            .Shards[session.OwnerShard]
            .Post(new ShardCommand.RestartIce(session, local, remote, targets, done));
        if (!await done.Task)
        {
            return false;
        }

        session.RemoteFragment = remote.UsernameFragment;
        return true;
    }

    /// <summary>Lets go of sessions that connected or closed.</summary>
    public void TrimPending() => _pending.Trim();

    private void KeepFragment(Session session, string fragment)
    {
        string[] fragments = [.. session.Fragments, fragment];
        if (fragments.Length > FragmentsMax)
        {
            _state.Sessions.RemoveFragment(fragments[0]);
            fragments = fragments[1..];
        }

        session.Fragments = fragments;
        _state.Adoptions?.AddFragment(session.Id, fragment);
        if (session.State == SessionState.Closed)
        {
            // It closed before its shard could know of this one.
            _state.Sessions.RemoveFragment(fragment);
        }
    }

    /// <summary>What a session is made of.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Stream">The stream it publishes or plays; with an empty name, none.</param>
    /// <param name="Role">What it does.</param>
    /// <param name="Identity">What it presents.</param>
    /// <param name="Credentials">Our ICE credentials.</param>
    /// <param name="Remote">The client's transport.</param>
    /// <param name="Media">What was agreed at the start.</param>
    /// <param name="Cname">The canonical name of our reports.</param>
    /// <param name="OwnSocket">For another server, whose candidates in <paramref name="Remote"/> are those to
    /// check.</param>
    internal readonly record struct SessionPlan(
        string Id,
        StreamKey Stream,
        SessionRole Role,
        SessionIdentity Identity,
        IceCredentials Credentials,
        RemoteTransport Remote,
        ImmutableArray<MediaAgreement> Media,
        string Cname,
        UdpSocket? OwnSocket = null
    );
}
