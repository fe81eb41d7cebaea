using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Edge.Node.Front;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Giving;

/// <summary>A node's sessions on their way to the others of its PoP.</summary>
/// <remarks>What is done when, <see cref="DepartureCourse{TSession}"/> says, and what follows from each answer
/// <see cref="GivingCourse"/>. Threads: one.</remarks>
internal sealed partial class Departure(NodeState node, SessionGiver giver, HandOverDesk desk)
{
    private readonly MovableSessions _sessions = new(node);
    private readonly GroupGiver _groups = new(node, giver, desk);
    private readonly List<Task<Given>> _running = new(DepartureLimits.GroupsAtOnce);
    private readonly ConnectionCourier _courier = new(FrontTrust.Own, node.Logger);
    private readonly HashSet<UInt128> _here = [];
    private bool _hasHere;
    private bool _hasStoppedListening;

    /// <summary>Whether a client whose TCP connection is closed may come to another node when it dials again. Default: it comes to
    /// this one.</summary>
    public bool HasSharedTcp { get; init; }

    /// <summary>Gives sessions away until none is left that could go.</summary>
    /// <param name="within">How long it may last.</param>
    /// <param name="cancellation">Ends it: what has not gone stays.</param>
    public async ValueTask<HandOverOutcome> RunAsync(
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        var course = new DepartureCourse<LeavingSession>(within, node.Clock.Now());
        while (true)
        {
            if (cancellation.IsCancellationRequested)
            {
                course.Stop();
            }

            var step = course.Poll(node.SessionsLeft, node.Clock.Now());
            if (step == DepartureStep.Over)
            {
                return new HandOverOutcome(course.Moved, course.Lost, node.SessionsLeft);
            }

            await DoAsync(course, step, cancellation);
        }
    }

    private async Task DoAsync(
        DepartureCourse<LeavingSession> course,
        DepartureStep step,
        CancellationToken cancellation
    )
    {
        switch (step)
        {
            case DepartureStep.Ask:
                course.HandleAsked(await AskAsync(cancellation));
                break;
            case DepartureStep.Find:
                course.HandleFound(await FindGroupsAsync());
                break;
            case DepartureStep.Give:
                _running.Add(GiveAsync(course.Given!, cancellation));
                break;
            case DepartureStep.Await:
                var done = await Task.WhenAny(_running);
                _ = _running.Remove(done);
                var given = await done;
                course.HandleGiven(given.Group, given.Moved, given.Lost);
                break;
            case DepartureStep.Pause:
                await PauseAsync(course.ResumeAt - node.Clock.Now(), cancellation);
                break;
            case DepartureStep.Over:
            default:
                throw new UnreachableException();
        }
    }

    private async Task<ImmutableArray<HandOverPeer>> AskAsync(CancellationToken cancellation)
    {
        var peers = await FindHereAsync(
            await desk.AskAsync(DepartureLimits.AskWithin, cancellation)
        );
        _hasHere = peers.Any(peer => peer.IsHere);
        StopListening();
        return peers;
    }

    /// <summary>Looks which nodes are processes of this machine.</summary>
    private async Task<ImmutableArray<HandOverPeer>> FindHereAsync(
        ImmutableArray<HandOverPeer> peers
    )
    {
        // One that is not reached may only have been busy: it is asked again with the next round.
        foreach (var peer in peers)
        {
            if (!_here.Contains(peer.Place) && await _courier.IsHereAsync(peer.Place))
            {
                _ = _here.Add(peer.Place);
            }
        }

        return [.. peers.Select(peer => peer with { IsHere = _here.Contains(peer.Place) })];
    }

    /// <summary>Where another process of the machine listens at the same address, who dials from now on comes to it.</summary>
    private void StopListening()
    {
        if (_hasStoppedListening || !HasSharedTcp || !_hasHere)
        {
            return;
        }

        _hasStoppedListening = true;
        foreach (var shard in node.Shards)
        {
            shard.Post(new ShardCommand.StopListening());
        }
    }

    private static async Task PauseAsync(TimeSpan pause, CancellationToken cancellation)
    {
        // The timer counts whole milliseconds, and may be over before the clock says so.
        var whole = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(pause.TotalMilliseconds)));
        await Task.Delay(whole, cancellation)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Sessions that could go, in groups; those that no client has answered yet have nothing to do with others.</summary>
    private async Task<List<List<List<LeavingSession>>>> FindGroupsAsync()
    {
        var groups = SessionGroups.Of(await _sessions.FindAsync(TakesConnections(areGiven: true)));
        var silent = _sessions.FindSilent();
        groups.Add([.. silent.Chunk(GroupLetter.SessionsMax).Select(chunk => chunk.ToList())]);
        return groups;
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a group: an error of ours costs it, not those that go beside it."
    )]
    private async Task<Given> GiveAsync(
        GivenGroup<LeavingSession> given,
        CancellationToken cancellation
    )
    {
        var done = new Given(given);
        try
        {
            var gives = given.GivesConnections;
            var group = (await giver.WriteAsync(given.Sessions, TakesConnections(gives))) with
            {
                GivesConnections = gives,
            };
            _sessions.Note(given.Sessions);
            if (group.Sessions.Count > 0)
            {
                await SendAsync(group, done, cancellation);
            }
        }
        catch (Exception error)
        {
            LogFailed(node.Logger, error);
        }

        return done;
    }

    private async Task SendAsync(WrittenGroup group, Given done, CancellationToken cancellation)
    {
        var letter = GroupLetter.Write(group.Parcels);
        try
        {
            if (letter is not null && letter.Length <= desk.GroupBytesMax)
            {
                var given = done.Group;
                var rule = new DrainRule(given.Choice, given.Tied.First.Id, group.Sessions.Count)
                {
                    PrefersHere = group.IsOverConnection || given.Tied.Any(IsOverConnection),
                    MustBeHere = group.IsOverConnection && !HasSharedTcp,
                };
                var fate = await _groups.GiveAsync(group, letter, rule, cancellation);
                done.Count(fate, group.Sessions.Count);
            }
            else if (group.Sessions.Count == 1)
            {
                var fate = await _groups.GiveAsync(group, default, new ReturnRule(), cancellation);
                done.Count(fate, sessions: 1);
            }
            else
            {
                // Longer than it was taken for: in two, the first of which has what the other may need.
                foreach (var half in group.Halve())
                {
                    await SendAsync(half, done, cancellation);
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(letter);
            foreach (var parcel in group.Parcels)
            {
                CryptographicOperations.ZeroMemory(parcel);
            }
        }
    }

    /// <summary>Whether sessions over TCP can go: with their connections, or where clients that dial again come to them.</summary>
    /// <param name="areGiven">Whether there is time to give connections.</param>
    private bool TakesConnections(bool areGiven) => (_hasHere && areGiven) || HasSharedTcp;

    private static bool IsOverConnection(LeavingSession session) => session.IsOverConnection;

    [LoggerMessage(3623, LogLevel.Error, "A group of sessions was not given to another node.")]
    private static partial void LogFailed(ILogger logger, Exception error);

    /// <summary>What became of a group.</summary>
    private sealed class Given(GivenGroup<LeavingSession> group)
    {
        public GivenGroup<LeavingSession> Group => group;

        public int Moved { get; private set; }

        public int Lost { get; private set; }

        public void Count(GroupFate fate, int sessions)
        {
            Moved += fate == GroupFate.Moved ? sessions : 0;
            Lost += fate == GroupFate.Lost ? sessions : 0;
        }
    }
}
