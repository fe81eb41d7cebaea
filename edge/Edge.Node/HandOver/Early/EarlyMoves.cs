using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Deciding.Early;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Early;

/// <summary>Gives sessions that nobody has connected to yet to the nodes of the PoP where their clients' flows come in, so that
/// packets of ordinary flows pay no hop for as long as they live.</summary>
/// <remarks>
/// By the way of a drain, a session a letter, once a session. It never costs a join that could be had without it: whatever is
/// in the way, the session goes on here, also where the other node was started anew meanwhile, for it has no keys yet. Only of one
/// that nobody knows of any more who has it is nothing left (<see cref="HandOverResult.Unknown"/>). Bounded: <see cref="MovesAtOnce"/> on their way, <see cref="BegunMax"/> with those that
/// wait for it, <see cref="WaitWithin"/> long; further sessions stay. Threads: any.
/// </remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "A semaphore that nobody takes a wait handle of holds nothing."
)]
internal sealed partial class EarlyMoves
{
    /// <summary>Chosen: half of what a node takes at a time (<see cref="HandOverDesk.LettersMax"/>), so that two nodes can give to one.
    /// </summary>
    public const int MovesAtOnce = HandOverDesk.LettersMax / 2;

    /// <summary>Chosen: a move takes milliseconds, so that the last of them is answered before it is asked again.</summary>
    public const int BegunMax = 128;

    /// <summary>How long a session waits for others to have gone. Chosen: a client's first check is repeated no sooner.</summary>
    private static readonly TimeSpan WaitWithin = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a node that is asked has. Chosen: as in a drain, a hundred round trips of a LAN; a client has repeated its
    /// check by then. It is asked once for many sessions.</summary>
    private static readonly TimeSpan AskWithin = TimeSpan.FromMilliseconds(500);

    private readonly NodeState _node;
    private readonly SessionGiver _giver;
    private readonly HandOverDesk _desk;
    private readonly GroupGiver _groups;
    private readonly HandOverPeers _peers;
    private readonly long[] _outcomes = new long[Enum.GetValues<EarlyMoveOutcome>().Length];
    private readonly SemaphoreSlim _places = new(MovesAtOnce, MovesAtOnce);
    private int _begun;

    /// <summary>Makes those of a node.</summary>
    public EarlyMoves(NodeState node, SessionGiver giver, HandOverDesk desk)
    {
        _node = node;
        _giver = giver;
        _desk = desk;
        _groups = new GroupGiver(node, giver, desk);
        _peers = new HandOverPeers(
            async to => await desk.AskAsync(to, AskWithin, CancellationToken.None),
            node.Clock.Now
        );
    }

    /// <summary>How often something became of it, for telemetry.</summary>
    public long Count(EarlyMoveOutcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);

    /// <summary>Begins to give a session away whose first check another node has passed on; false when it stays. Threads: the
    /// session's shard, which holds it then until it hears what became of it.</summary>
    public bool TryBegin(Session session, ushort to)
    {
        // Without a mesh what is played has to be where it is played. A node that drains gives all away by itself.
        if (
            session.OwnSocket is not null
            || _node.Engine is null
            || _node.IsLeaving
            || _node.IsDeparting
            || to == _desk.Self
        )
        {
            return false;
        }

        if (Interlocked.Increment(ref _begun) > BegunMax)
        {
            Interlocked.Decrement(ref _begun);
            Note(EarlyMoveOutcome.Busy);
            return false;
        }

        _ = Task.Run(() => MoveAsync(session, to), CancellationToken.None);
        return true;
    }

    private async Task MoveAsync(Session session, ushort to)
    {
        var course = new EarlyCourse();
        try
        {
            await MoveInTurnAsync(session, to, course);
            Note(course.Outcome);
            LogEnded(_node.Logger, session.LogId, to, course.Outcome);
        }
        finally
        {
            Interlocked.Decrement(ref _begun);
        }
    }

    private async Task MoveInTurnAsync(Session session, ushort to, EarlyCourse course)
    {
        if (!await _places.WaitAsync(WaitWithin))
        {
            course.HandleCrowded();
            Release(session);
            return;
        }

        try
        {
            WrittenGroup? group = null;
            while (course.Step != EarlyStep.Over)
            {
                group = await TryDoAsync(session, to, course, group);
            }
        }
        finally
        {
            _places.Release();
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a session: an error of ours costs it alone."
    )]
    private async ValueTask<WrittenGroup?> TryDoAsync(
        Session session,
        ushort to,
        EarlyCourse course,
        WrittenGroup? group
    )
    {
        try
        {
            return await DoAsync(session, to, course, group);
        }
        catch (Exception error)
        {
            LogFailed(_node.Logger, session.LogId, error);
            if (course.IsWritten)
            {
                await _giver.LoseAsync(group!);
            }

            course.HandleFailed();
            return group;
        }
    }

    private async ValueTask<WrittenGroup?> DoAsync(
        Session session,
        ushort to,
        EarlyCourse course,
        WrittenGroup? group
    )
    {
        switch (course.Step)
        {
            case EarlyStep.Find:
                course.HandleFound(await _peers.FindAsync(to));
                return group;
            case EarlyStep.Write:
                var leaving = LeavingSession.Of(_node, session);
                // A request that has it just now would wait.
                var isFree = leaving.Gate.CurrentCount > 0;
                group = isFree ? await _giver.WriteAsync([leaving]) : new WrittenGroup([], []);
                course.HandleWritten(group.Sessions.Count > 0);
                return group;
            case EarlyStep.Give:
                course.HandleGiven(await GiveAsync(group!, course.Peer!));
                return group;
            case EarlyStep.Release:
                Release(session);
                course.HandleReleased();
                return group;
            case EarlyStep.Over:
            default:
                throw new UnreachableException();
        }
    }

    private async ValueTask<GroupFate> GiveAsync(WrittenGroup group, HandOverPeer peer)
    {
        var leaving = group.Sessions[0];
        var letter = GroupLetter.Write(group.Parcels) ?? [];
        try
        {
            return await _groups.GiveAsync(
                group,
                letter,
                new EarlyRule(peer, _peers, () => HolderOf(leaving)),
                CancellationToken.None
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(letter);
            CryptographicOperations.ZeroMemory(group.Parcels[0]);
        }
    }

    /// <summary>The node that has said to all that it has a session, though not to who gave it.</summary>
    private ushort? HolderOf(LeavingSession leaving) =>
        _node.Adoptions is { } adoptions && adoptions.TryFindHolder(leaving.Id, out var holder)
            ? holder.Node
            : null;

    /// <summary>It stays: what was held is answered here.</summary>
    private void Release(Session session) =>
        _node.Shards[session.OwnerShard].Post(new ShardCommand.Release(session));

    private void Note(EarlyMoveOutcome outcome) =>
        Interlocked.Increment(ref _outcomes[(int)outcome]);

    [LoggerMessage(
        3630,
        LogLevel.Debug,
        "Session {SessionId}, whose flow comes to node {Node}: {Outcome}."
    )]
    private static partial void LogEnded(
        ILogger logger,
        string sessionId,
        ushort node,
        EarlyMoveOutcome outcome
    );

    [LoggerMessage(3632, LogLevel.Error, "Session {SessionId} could not be given to another node.")]
    private static partial void LogFailed(ILogger logger, string sessionId, Exception error);
}
