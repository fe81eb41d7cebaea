using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Anycast.Steering;
using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <summary>All nodes of all PoPs as if they were one: new sessions go where there is room, and what concerns a
/// session goes to who has it, as its id says.</summary>
/// <remarks>It keeps nothing of a session, so every control of every PoP serves every session.
/// Threads: any.</remarks>
/// <param name="parts">How nodes are known and asked.</param>
/// <param name="keys">The keys of the own PoP, by which ids are read.</param>
/// <param name="log">Where events are logged.</param>
internal sealed partial class MeshNode(NodeParts parts, PopKeyRing keys, ILogger log)
    : IMediaNode,
        ICallsNode
{
    // Chosen: load falls in seconds, or somebody has to add nodes.
    private static readonly TimeSpan NoRoomRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UnknownRetry = TimeSpan.FromSeconds(5);

    private const string NoRoom = "No node takes a session now.";
    private const string UnknownOwner =
        "The id of the session is of a newer version than this server; another one knows it.";

    private readonly KeptViewers _viewers = new(parts.Time);

    /// <inheritdoc/>
    ICallsNode IMediaNode.Calls => this;

    /// <inheritdoc/>
    public ValueTask<SessionResult> PublishAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => MakeAsync(node => node.PublishAsync(request, cancellation), cancellation);

    /// <inheritdoc/>
    public ValueTask<SessionResult> PlayAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => MakeAsync(node => node.PlayAsync(request, cancellation), cancellation);

    /// <inheritdoc/>
    public async ValueTask<IceUpdateResult> UpdateIceAsync(
        IceUpdateRequest request,
        CancellationToken cancellation
    ) =>
        TryFindOwner(request.Session, out var owner, out var error)
            ? await owner.UpdateIceAsync(request, cancellation)
        : IsGone(error) ? new IceUpdateResult.NotFound()
        : new IceUpdateResult.Refused(RefusalReason.Unavailable, error.Description);

    /// <inheritdoc/>
    public async ValueTask<PlayerChangeResult> ChangePlayerAsync(
        PlayerChange change,
        CancellationToken cancellation
    ) =>
        TryFindOwner(change.Session, out var owner, out var error)
            ? await owner.ChangePlayerAsync(change, cancellation)
        : IsGone(error) ? new PlayerChangeResult.NotFound()
        : new PlayerChangeResult.Unavailable(error.Description, error.RetryAfter);

    /// <inheritdoc/>
    public async ValueTask<CloseResult> CloseAsync(
        SessionKey session,
        CancellationToken cancellation
    ) =>
        TryFindOwner(session, out var owner, out var error)
            ? await owner.CloseAsync(session, cancellation)
        : IsGone(error) ? new CloseResult.NotFound()
        : new CloseResult.Unavailable(error.Description, error.RetryAfter);

    /// <summary>On every node that may have some; of one that does not answer it is logged.</summary>
    public async ValueTask CloseAppAsync(string appId) =>
        await Task.WhenAll(
            Nodes()
                .Select(async node =>
                {
                    if (!await At(node.Address).TryCloseAppAsync(appId))
                    {
                        LogNotClosed(log, node.Announcement.Node, node.Announcement.Pop);
                    }
                })
        );

    /// <inheritdoc/>
    public async ValueTask<DescribeResult> DescribeAsync(
        SessionKey session,
        CancellationToken cancellation
    ) =>
        TryFindOwner(session, out var owner, out var error)
            ? await owner.DescribeAsync(session, cancellation)
        : IsGone(error) ? new DescribeResult.NotFound()
        : new DescribeResult.Unavailable(error.Description, error.RetryAfter);

    /// <inheritdoc/>
    public async ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(
            Nodes().Select(node => At(node.Address).IsLiveAsync(stream, cancellation).AsTask())
        );
        return answers.Contains(value: true);
    }

    /// <summary>The sums of what the nodes that are there answer. Of who does not answer what it said within
    /// <see cref="KeptViewers.KeptFor"/> is taken; one of an older version, which knows no such question, is left
    /// out.</summary>
    public async ValueTask<ViewerCountResult> CountViewersAsync(
        ViewerCountRequest request,
        CancellationToken cancellation
    )
    {
        var answers = await Task.WhenAll(
            AliveNodes().Select(node => CountViewersAsync(node.Address, request, cancellation))
        );
        int[]? sums = null;
        foreach (var answer in answers.Where(each => !each.IsEmpty))
        {
            sums ??= new int[request.Streams.Length];
            for (var index = 0; index < sums.Length; index++)
            {
                sums[index] += answer[index];
            }
        }

        return new ViewerCountResult([.. sums ?? []]);
    }

    /// <summary>The sums of what the nodes that are there said last.</summary>
    public NodeReport Report() =>
        AliveNodes()
            .Aggregate(
                new NodeReport(0, 0, 0, 0, 0, 0),
                (sum, node) => Add(sum, node.Announcement.Report)
            );

    /// <summary>The viewers of each stream on a node; none when they are not known.</summary>
    private async Task<ImmutableArray<int>> CountViewersAsync(
        NodeAddress address,
        ViewerCountRequest request,
        CancellationToken cancellation
    )
    {
        var answer = await At(address).CountViewersAsync(request, cancellation);
        if (answer.Viewers.Length != request.Streams.Length)
        {
            return _viewers.Find(address, request.Streams);
        }

        _viewers.Keep(address, request.Streams, answer.Viewers);
        return answer.Viewers;
    }

    private async ValueTask<SessionResult> MakeAsync(
        Func<RemoteNode, ValueTask<SessionResult>> makeAsync,
        CancellationToken cancellation
    )
    {
        TimeSpan? retryAfter = null;
        foreach (var (address, node) in Candidates(cancellation))
        {
            var result = await makeAsync(node);
            if (
                result
                is not SessionResult.Refused
                {
                    Reason: RefusalReason.Overloaded or RefusalReason.Unavailable
                } refused
            )
            {
                NotePlaced(address, result is SessionResult.Created);
                return result;
            }

            retryAfter = refused.RetryAfter ?? retryAfter;
            NoteRefused(address, refused.Reason == RefusalReason.Unavailable, refused.Detail);
        }

        return new SessionResult.Refused(RefusalReason.Overloaded, NoRoom, DrawRetry(retryAfter));
    }

    /// <summary>The nodes to ask for a new session, until somebody has it or the time is over.</summary>
    private IEnumerable<(NodeAddress Address, RemoteNode Node)> Candidates(
        CancellationToken cancellation
    )
    {
        var begin = parts.Time.GetTimestamp();
        var nodes = parts.Directory.Look();
        foreach (var address in NodeChooser.Order(nodes, parts.Buses.OwnPop, parts.Jitter))
        {
            if (
                cancellation.IsCancellationRequested
                || parts.Time.GetElapsedTime(begin) >= NodePatience.NewSessionAltogether
            )
            {
                yield break;
            }

            yield return (address, At(address));
        }
    }

    private void NotePlaced(NodeAddress address, bool isMade)
    {
        if (isMade)
        {
            parts.Directory.NotePlaced(address);
        }
    }

    private void NoteRefused(NodeAddress address, bool isUnavailable, string detail)
    {
        LogRefused(log, address, detail);
        if (isUnavailable)
        {
            parts.Directory.Avoid(address);
        }
    }

    private TimeSpan DrawRetry(TimeSpan? asked) => parts.Jitter.Around(asked ?? NoRoomRetry);

    /// <summary>Finds who has a session, or says why nobody can be asked.</summary>
    private bool TryFindOwner(
        SessionKey session,
        [NotNullWhen(true)] out RemoteNode? owner,
        [NotNullWhen(false)] out CallsError? error
    )
    {
        owner = null;
        error = null;
        switch (SessionOwner.Read(session.SessionId, keys, parts.Buses.OwnPop))
        {
            case SessionOwner.Node node:
                owner = At(node.Address);
                return true;
            case SessionOwner.Unknown:
                error = new CallsError(
                    CallsErrorCode.Unavailable,
                    UnknownOwner,
                    parts.Jitter.Around(UnknownRetry)
                );
                return false;
            default:
                error = SessionErrors.Gone;
                return false;
        }
    }

    private RemoteNode At(NodeAddress address) => new(address, parts);

    /// <summary>The nodes that may have sessions.</summary>
    private IEnumerable<NodeSight> Nodes() =>
        parts.Directory.Look().Where(node => node.Standing != NodeStanding.Stopped);

    /// <summary>The nodes that are there now.</summary>
    private IEnumerable<NodeSight> AliveNodes() =>
        parts.Directory.Look().Where(node => node.Standing == NodeStanding.Alive);

    private static bool IsGone(CallsError error) => error.Code == CallsErrorCode.SessionGone;

    private static NodeReport Add(NodeReport left, NodeReport right) =>
        new(
            left.Publishers + right.Publishers,
            left.Players + right.Players,
            left.Callers + right.Callers,
            left.PacketsReceived + right.PacketsReceived,
            left.PacketsSent + right.PacketsSent,
            left.PacketsDropped + right.PacketsDropped
        );
}
