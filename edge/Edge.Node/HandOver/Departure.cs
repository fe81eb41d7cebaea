using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver;

/// <summary>A node's sessions on their way to the others of its PoP.</summary>
/// <remarks>
/// In rounds: what cannot go in one, because it is about to connect or because nobody has room, may in the next. Bounded by
/// the time that is given, and by <see cref="Patience"/> without any that goes. Threads: one.
/// </remarks>
internal sealed partial class Departure(NodeState node, SessionGiver giver, HandOverDesk desk)
{
    /// <summary>Groups on their way at a time. Chosen: both ends are busy, and nobody waits behind many.</summary>
    private const int GroupsAtOnce = 2;

    /// <summary>How long a node that is asked has. Chosen: a hundred round trips of a LAN.</summary>
    private static readonly TimeSpan AskWithin = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a group has to be taken. Chosen: what clients bear without noticing is shorter, what they survive
    /// longer.</summary>
    private static readonly TimeSpan GiveWithin = TimeSpan.FromSeconds(3);

    /// <summary>Between two rounds. Chosen: a round trip to a client, which is what most wait for.</summary>
    private static readonly TimeSpan RoundInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long to go on when nothing goes. Chosen: longer than handshakes take that are under way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly MovableSessions _sessions = new(node);
    private int _moved;
    private int _lost;

    /// <summary>Gives sessions away until none is left that could go.</summary>
    /// <param name="within">How long it may last.</param>
    /// <param name="cancellation">Ends it: what has not gone stays.</param>
    public async ValueTask<HandOverOutcome> RunAsync(
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        var deadline = node.Clock.Now() + within;
        var patientUntil = Instant.Min(deadline, node.Clock.Now() + Patience);
        while (!cancellation.IsCancellationRequested)
        {
            var before = _moved;
            await GiveAllAsync(deadline, cancellation);
            var now = node.Clock.Now();
            if (_moved > before)
            {
                patientUntil = Instant.Min(deadline, now + Patience);
            }

            if (node.SessionsLeft == 0 || now >= patientUntil)
            {
                break;
            }

            await Task.Delay(RoundInterval, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return new HandOverOutcome(_moved, _lost, node.SessionsLeft);
    }

    private async Task GiveAllAsync(Instant deadline, CancellationToken cancellation)
    {
        var peers = await desk.AskAsync(AskWithin, cancellation);
        if (peers.IsEmpty)
        {
            return;
        }

        var choice = new HandOverChoice(peers);
        var groups = await FindGroupsAsync();
        using var places = new SemaphoreSlim(GroupsAtOnce);
        await Task.WhenAll(
            groups.ConvertAll(tied => GiveAsync(tied, places, choice, deadline, cancellation))
        );
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a group: an error of ours costs it, not those that go beside it."
    )]
    private async Task GiveAsync(
        List<List<LeavingSession>> tied,
        SemaphoreSlim places,
        HandOverChoice choice,
        Instant deadline,
        CancellationToken cancellation
    )
    {
        foreach (var group in tied)
        {
            await places.WaitAsync(CancellationToken.None);
            try
            {
                if (
                    node.Clock.Now() + GiveWithin > deadline
                    || cancellation.IsCancellationRequested
                )
                {
                    // What is on its way at the deadline is lost.
                    return;
                }

                await GiveAsync(group, tied[0][0].Id, choice, cancellation);
            }
            catch (Exception error)
            {
                LogFailed(node.Logger, error);
                return;
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>Sessions that could go, in groups; those that no client has answered yet have nothing to do with others.</summary>
    private async Task<List<List<List<LeavingSession>>>> FindGroupsAsync()
    {
        var groups = SessionGroups.Of(
            (await _sessions.FindAsync()).ConvertAll(session => LeavingSession.Of(node, session))
        );
        var silent = _sessions.FindSilent();
        groups.Add([.. silent.Chunk(GroupLetter.SessionsMax).Select(chunk => chunk.ToList())]);
        return groups;
    }

    private async Task GiveAsync(
        List<LeavingSession> sessions,
        string key,
        HandOverChoice choice,
        CancellationToken cancellation
    )
    {
        if (!choice.HasRoom(sessions.Count))
        {
            return;
        }

        var group = await giver.WriteAsync(sessions);
        _sessions.Note(sessions);
        if (group.Sessions.Count == 0)
        {
            return;
        }

        try
        {
            await SendAsync(group, key, choice, cancellation);
        }
        finally
        {
            foreach (var parcel in group.Parcels)
            {
                CryptographicOperations.ZeroMemory(parcel);
            }
        }
    }

    private async Task SendAsync(
        WrittenGroup group,
        string key,
        HandOverChoice choice,
        CancellationToken cancellation
    )
    {
        var letter = GroupLetter.Write(group.Parcels);
        try
        {
            await (
                letter is null || letter.Length > desk.GroupBytesMax
                    ? SendTooLongAsync(group, key, choice, cancellation)
                    : SendAsync(group, letter, key, choice, cancellation)
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(letter);
        }
    }

    /// <summary>Longer than it was taken for: in two, the first of which has what the other may need.</summary>
    private async Task SendTooLongAsync(
        WrittenGroup group,
        string key,
        HandOverChoice choice,
        CancellationToken cancellation
    )
    {
        if (group.Sessions.Count == 1)
        {
            await ReturnAsync(group);
            return;
        }

        foreach (var half in group.Halve())
        {
            await SendAsync(half, key, choice, cancellation);
        }
    }

    private async Task SendAsync(
        WrittenGroup group,
        byte[] letter,
        string key,
        HandOverChoice choice,
        CancellationToken cancellation
    )
    {
        // All groups that have to do with each other to one node, if it has room: tracks between nodes cost more.
        while (choice.TryChoose(key, group.Sessions.Count, out var peer))
        {
            var result = await desk.GiveAsync(peer, letter, GiveWithin, cancellation);
            if (result is HandOverResult.Refused refused)
            {
                LogRefused(node.Logger, peer.Node, refused.Reason);
                choice.Exclude(peer);
                continue;
            }

            var isTaken = result is HandOverResult.Taken;
            Count(isTaken, group.Sessions.Count);
            await (
                isTaken
                    ? giver.ForgetAsync(group, peer.Node, isHere: false)
                    : giver.LoseAsync(group)
            );
            return;
        }

        await ReturnAsync(group);
    }

    /// <summary>Nobody took it: it goes on here.</summary>
    private async Task ReturnAsync(WrittenGroup group)
    {
        if (!await giver.TryReturnAsync(group))
        {
            Count(isTaken: false, group.Sessions.Count);
        }
    }

    private void Count(bool isTaken, int sessions) =>
        _ = isTaken ? Interlocked.Add(ref _moved, sessions) : Interlocked.Add(ref _lost, sessions);

    [LoggerMessage(3623, LogLevel.Error, "A group of sessions was not given to another node.")]
    private static partial void LogFailed(ILogger logger, Exception error);

    [LoggerMessage(3621, LogLevel.Warning, "Node {Node} took a group of sessions not: {Reason}.")]
    private static partial void LogRefused(ILogger logger, ushort node, HandOverRefusal reason);
}
