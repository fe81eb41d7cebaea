using System.Collections.Immutable;
using Anycast.Steering;
using Edge.Mesh;
using Edge.Mesh.Exports;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.State;
using Edge.Node.HandOver.Taking;
using Edge.Node.MeshLink;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Node.Steering;
using Edge.Node.Takeover.Keeping;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Transport;

namespace Edge.Node.Shards;

/// <summary>What the control plane, or another shard, asks of a shard through its mailbox.</summary>
/// <remarks>Control only: nothing here happens for each packet, so it may allocate.</remarks>
internal abstract record ShardCommand
{
    private ShardCommand() { }

    /// <summary>Say what the shard's sessions counted and are at.</summary>
    internal sealed record Report(TaskCompletionSource<ShardFigures> Done) : ShardCommand;

    /// <summary>Something asked of a session, wherever it lives by the time it is read.</summary>
    /// <param name="Session">The session.</param>
    internal abstract record ForSession(Session Session) : ShardCommand;

    /// <summary>Take over a session: it is new, or it moved here.</summary>
    internal sealed record Adopt(Session Session) : ForSession(Session);

    /// <summary>End a session; the completion tells whether it was alive.</summary>
    internal sealed record Close(
        Session Session,
        PeerClosedReason Reason,
        TaskCompletionSource<bool>? Done
    ) : ForSession(Session);

    /// <summary>Forget a session without a word to its client, who speaks over another transport now.</summary>
    internal sealed record Abandon(Session Session) : ForSession(Session);

    /// <summary>Forget an address of a session's client: the connection to it was closed.</summary>
    internal sealed record ForgetPath(Session Session, NetworkAddress Address)
        : ForSession(Session);

    /// <summary>Restart ICE with new credentials and, where we send the checks, further addresses.</summary>
    internal sealed record RestartIce(
        Session Session,
        IceCredentials Local,
        IceCredentials Remote,
        ImmutableArray<NetworkAddress> Targets,
        TaskCompletionSource<bool> Done
    ) : ForSession(Session);

    /// <summary>Change what a session receives or is sent; the completion tells whether it was alive.</summary>
    internal sealed record ChangeMedia(
        Session Session,
        ImmutableArray<MediaChange> Changes,
        TaskCompletionSource<bool> Done
    ) : ForSession(Session);

    /// <summary>Something about a session on its way to another node, or from one.</summary>
    internal abstract record ForMove(Session Session) : ForSession(Session);

    /// <summary>Whether a session could move; the completion tells, without anything of it having been held up.
    /// <see cref="PeerCapture.OverConnection"/>: it could with its connection.</summary>
    internal sealed record AskMove(Session Session, TaskCompletionSource<PeerCapture> Done)
        : ForMove(Session);

    /// <summary>Keep what comes for a session from now on; the completion tells whether it was alive.</summary>
    internal sealed record Hold(Session Session, TaskCompletionSource<bool> Done)
        : ForMove(Session);

    /// <summary>Write a session that is held, and do nothing with it any more.</summary>
    internal sealed record Capture(
        Session Session,
        MovingGroup Group,
        CallsChannels? Names,
        TaskCompletionSource<SessionCaptured> Done
    ) : ForMove(Session);

    /// <summary>Write a session as it is, for who would go on with it after a sudden end of this node; the completion has what was
    /// written, or nothing when that cannot be now. It goes on.</summary>
    internal sealed record Portray(
        Session Session,
        CallsChannels? Names,
        TaskCompletionSource<byte[]> Done
    ) : ForMove(Session);

    /// <summary>Tell how far a session is from now on, for others keep it; or use whatever index is next, for none do.</summary>
    internal sealed record Protect(Session Session, bool IsKept) : ForMove(Session);

    /// <summary>Indices of a session may be used.</summary>
    internal sealed record Grant(Session Session, ImmutableArray<GrantedIndices> Grants)
        : ForMove(Session);

    /// <summary>A session is another node's, or may be: forget it without a word to anybody.</summary>
    internal sealed record Fence(Session Session) : ForMove(Session);

    /// <summary>A session that was held stays.</summary>
    internal sealed record Release(Session Session) : ForMove(Session);

    /// <summary>A session that was written is another node's now, whose number that is; null: nobody's. Forget it without a
    /// word, and pass on what came for it.</summary>
    internal sealed record Depart(Session Session, ushort? To, TaskCompletionSource? Done)
        : ForMove(Session);

    /// <summary>Go on with a session that another node wrote; the completion tells whether there was room.</summary>
    internal sealed record Resume(
        Session Session,
        EngineLetter Letter,
        GroupKnowledge Knowledge,
        TaskCompletionSource<bool> Done
    ) : ForMove(Session);

    /// <summary>Something about TCP connections.</summary>
    internal abstract record ForConnections : ShardCommand;

    /// <summary>Read what comes over the connections that a session has brought along: all know it now.</summary>
    internal sealed record ReadConnections(Session Session) : ForConnections;

    /// <summary>Accept no more connections: another process of this machine listens at the same address.</summary>
    internal sealed record StopListening : ForConnections;

    /// <summary>Something about the other nodes of the PoP.</summary>
    internal abstract record ForSteering : ShardCommand;

    /// <summary>Other nodes are in the PoP than before.</summary>
    internal sealed record SetPeers(PopPeers Peers) : ForSteering;

    /// <summary>Another node of the PoP says which flows are its own.</summary>
    internal sealed record HearFlows(byte[] Letter) : ForSteering;

    /// <summary>Another node of the PoP says which sessions it has taken over.</summary>
    internal sealed record HearAdoptions(byte[] Letter) : ForSteering;

    /// <summary>A node of another PoP says whether a flow is its own.</summary>
    internal sealed record HearCrossing(FlowOwner Owner, FlowWord Said) : ForSteering;

    /// <summary>A client of this node is proved to be at an address: what others have said of it is not true any more.</summary>
    internal sealed record ForgetFlow(NetworkAddress Client) : ForSteering;

    /// <summary>Something about data channels.</summary>
    internal abstract record ForChannels : ShardCommand;

    /// <summary>Change data channels, whoever carries them by the time it is read; the completion, if any,
    /// tells whether they were not over.</summary>
    internal sealed record ChangeChannels(
        SessionChannels Channels,
        ImmutableArray<ChannelChange> Changes,
        TaskCompletionSource<bool>? Done
    ) : ForChannels;

    /// <summary>Somebody reads a data channel from now on; wherever its messages are passed on by the time it is
    /// read.</summary>
    internal sealed record AddReader(ReadChannel Reader, TaskCompletionSource<bool> Done)
        : ForChannels;

    /// <summary>Somebody reads a data channel no more.</summary>
    internal sealed record RemoveReader(ReadChannel Reader) : ForChannels;

    /// <summary>Take what channels have brought; the completion tells whether nothing is on its way between them and
    /// others.</summary>
    internal sealed record SettleChannels(SessionChannels Channels, TaskCompletionSource<bool> Done)
        : ForChannels;

    /// <summary>A reader reads no more of what it read, for it goes on reading elsewhere.</summary>
    internal sealed record LetReaderGo(ReadChannel Reader, TaskCompletionSource<bool> Done)
        : ForChannels;

    /// <summary>All readers of a source read no more of it; the completion tells who they are.</summary>
    internal sealed record LetReadersGo(
        IChannelSource Source,
        TaskCompletionSource<ImmutableArray<ReadChannel>> Done
    ) : ForChannels;

    /// <summary>A reader goes on reading what was found again, unless it missed something of it.</summary>
    internal sealed record ResumeReader(
        ReadChannel Reader,
        FoundChannel Found,
        TaskCompletionSource<bool> Done
    ) : ForChannels;

    /// <summary>The owner of a channel of another node has said from where on its messages come.</summary>
    internal sealed record OpenRemote(RemoteChannel Channel, MessageAssembly Feed) : ForChannels;

    /// <summary>A channel of another node is over there.</summary>
    internal sealed record EndRemote(RemoteChannel Channel) : ForChannels;

    /// <summary>Somebody let go of a channel of another node: it ends when nobody reads it.</summary>
    internal sealed record LookAtReaders(RemoteChannel Channel) : ForChannels;

    /// <summary>A message of a data channel that found its ring full.</summary>
    internal sealed record DeliverMessage(ChannelMessage Message) : ForChannels;

    /// <summary>Send a player another layer.</summary>
    internal sealed record SelectLayer(
        Session Session,
        Control.Contract.LayerChoice Choice,
        TaskCompletionSource<Control.Contract.PlayerChangeResult> Done
    ) : ForSession(Session);

    /// <summary>Copy a session's counters.</summary>
    internal sealed record Describe(
        Session Session,
        TaskCompletionSource<Control.Contract.SessionReport?> Done
    ) : ForSession(Session);

    /// <summary>Tell how a session did since it was last asked.</summary>
    internal sealed record Measure(Session Session) : ForSession(Session);

    /// <summary>Forget a flow of a session that lives elsewhere.</summary>
    internal sealed record RemoveRoute(Session Session, NetworkAddress Address) : ShardCommand;

    /// <summary>A publisher's track ended: let go of what is cached of it.</summary>
    internal sealed record EndSource(TrackSource Source) : ShardCommand;

    /// <summary>A track is gone for good, or was replaced by one of another codec.</summary>
    internal sealed record RetireTrack(StreamTrack Track) : ShardCommand;

    /// <summary>A track fell silent: let go of what is cached of it, so that who joins later is not shown
    /// what its publisher has ended.</summary>
    internal sealed record ForgetSilent(StreamTrack Track) : ShardCommand;

    /// <summary>Something asked of the shard that takes a track's packets, wherever that is by the time it is
    /// read.</summary>
    /// <param name="Track">The track.</param>
    internal abstract record ForTrack(StreamTrack Track) : ShardCommand;

    /// <summary>Carry what is cached of layers to one other node.</summary>
    internal sealed record Replay(StreamTrack Track, uint Layers, NodeAddress Watcher)
        : ForTrack(Track);

    /// <summary>Ask the publisher for key frames of layers, for viewers elsewhere.</summary>
    internal sealed record WantKeyFrames(StreamTrack Track, uint Layers) : ForTrack(Track);

    /// <summary>Say how a track's layers are: to who waits for it or, without anybody, to the mesh.</summary>
    internal sealed record TellLayers(
        StreamTrack Track,
        ExportedTrack Exported,
        TaskCompletionSource<ExportedLayers?>? Done
    ) : ForTrack(Track);

    /// <summary>A track comes from another node from now on.</summary>
    internal sealed record FollowRemote(StreamTrack Track) : ShardCommand;

    /// <summary>A track's publisher goes on at another place, here or elsewhere.</summary>
    internal sealed record GoOn(StreamTrack Track) : ShardCommand;

    /// <summary>A layer of another node's track is taken no more: what is cached of it ages.</summary>
    internal sealed record ForgetLayer(RemoteTrack Track, int Layer) : ShardCommand;

    /// <summary>The way from a track's owner has no room for these of its layers, one bit each.</summary>
    internal sealed record LeaveOut(RemoteTrack Track, uint Layers) : ShardCommand;

    /// <summary>Another shard ran out of packet slots: let go of what is cached only for joins, and of
    /// what is older than an age.</summary>
    internal sealed record RelieveMemory(TimeSpan Keep) : ShardCommand;

    /// <summary>End every session, send what has to be said, and end the thread.</summary>
    internal sealed record Stop : ShardCommand;
}
