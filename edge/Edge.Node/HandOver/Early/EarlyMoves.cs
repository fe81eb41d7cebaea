using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
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

    /// <summary>How long a letter has to be taken. Chosen: as in a drain. A node that is well takes milliseconds; of one that is not
    /// nothing is known afterwards.</summary>
    private static readonly TimeSpan GiveWithin = TimeSpan.FromSeconds(3);

    private readonly NodeState _node;
    private readonly SessionGiver _giver;
    private readonly HandOverDesk _desk;
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

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a session: an error of ours costs it alone."
    )]
    private async Task MoveAsync(Session session, ushort to)
    {
        try
        {
            var outcome = await TryMoveInTurnAsync(session, to);
            Note(outcome);
            LogEnded(_node.Logger, session.LogId, to, outcome);
        }
        catch (Exception error)
        {
            // It was not written: that ends by itself.
            Release(session);
            Note(EarlyMoveOutcome.NoPlace);
            LogFailed(_node.Logger, session.LogId, error);
        }
        finally
        {
            Interlocked.Decrement(ref _begun);
        }
    }

    private async ValueTask<EarlyMoveOutcome> TryMoveInTurnAsync(Session session, ushort to)
    {
        if (!await _places.WaitAsync(WaitWithin))
        {
            Release(session);
            return EarlyMoveOutcome.Busy;
        }

        try
        {
            return await TryMoveAsync(session, to);
        }
        finally
        {
            _places.Release();
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a session that is written: an error of ours ends it, and is logged."
    )]
    private async ValueTask<EarlyMoveOutcome> TryMoveAsync(Session session, ushort to)
    {
        if (await _peers.FindAsync(to) is not { } peer)
        {
            Release(session);
            return EarlyMoveOutcome.NoPlace;
        }

        var leaving = LeavingSession.Of(_node, session);
        // A request that has it just now would wait.
        var group =
            leaving.Gate.CurrentCount > 0
                ? await _giver.WriteAsync([leaving])
                : new WrittenGroup([], []);
        if (group.Sessions.Count == 0)
        {
            Release(session);
            return EarlyMoveOutcome.Held;
        }

        try
        {
            return await GiveAsync(group, peer);
        }
        catch (Exception error)
        {
            // Written, it goes on nowhere else: nobody may wait for it.
            LogLost(_node.Logger, session.LogId, error);
            await _giver.LoseAsync(group);
            return EarlyMoveOutcome.Lost;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(group.Parcels[0]);
        }
    }

    private async ValueTask<EarlyMoveOutcome> GiveAsync(WrittenGroup group, HandOverPeer peer)
    {
        var letter = GroupLetter.Write(group.Parcels) ?? [];
        try
        {
            switch (await _desk.GiveAsync(peer, letter, GiveWithin, CancellationToken.None))
            {
                case HandOverResult.Taken:
                case HandOverResult.Unknown when IsThere(group.Sessions[0], peer):
                    await _giver.ForgetAsync(group, peer.Node, isHere: false);
                    return EarlyMoveOutcome.Moved;
                case HandOverResult.Refused refused:
                    NoteRefusal(peer, refused.Reason);
                    return await ReturnAsync(group);
                case HandOverResult.Unknown { IsNowhere: true }:
                    // Another run of the node: what it said before holds no more. No key is in use.
                    _peers.Forget(peer);
                    return await ReturnAsync(group);
                default:
                    _peers.Exclude(peer.Node);
                    await _giver.LoseAsync(group);
                    return EarlyMoveOutcome.Lost;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(letter);
        }
    }

    /// <summary>What is said of one session, or for a moment, says nothing of the next.</summary>
    private void NoteRefusal(HandOverPeer peer, HandOverRefusal reason)
    {
        if (reason is HandOverRefusal.NotReady or HandOverRefusal.Full or HandOverRefusal.NotSent)
        {
            _peers.Exclude(peer.Node);
        }
        else if (reason == HandOverRefusal.NoTicket)
        {
            _peers.Forget(peer);
        }
    }

    /// <summary>Whether a node has said to all that it has a session, though not to who gave it.</summary>
    private bool IsThere(LeavingSession leaving, HandOverPeer peer) =>
        _node.Adoptions is { } adoptions
        && adoptions.TryFindHolder(leaving.Id, out var holder)
        && holder.Node == peer.Node;

    private async ValueTask<EarlyMoveOutcome> ReturnAsync(WrittenGroup group) =>
        await _giver.TryReturnAsync(group) ? EarlyMoveOutcome.Returned : EarlyMoveOutcome.Lost;

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

    [LoggerMessage(
        3631,
        LogLevel.Error,
        "Session {SessionId} was lost on its way to the node of its flow."
    )]
    private static partial void LogLost(ILogger logger, string sessionId, Exception error);

    [LoggerMessage(3632, LogLevel.Error, "Session {SessionId} could not be given to another node.")]
    private static partial void LogFailed(ILogger logger, string sessionId, Exception error);
}
