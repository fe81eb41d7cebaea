using System.Buffers.Binary;
using System.Collections.Immutable;
using Anycast.Takeover;
using Edge.Node.Sessions;
using Edge.Node.Takeover.Keeping;
using Edge.Primitives;

namespace Edge.Node.Takeover;

/// <content>Sessions that go to another node by a letter: those who keep them know first whose they are.</content>
internal sealed partial class TakeoverDesk
{
    /// <summary>To whom a session is given by a letter that is on its way.</summary>
    private const uint GivenPart = 3;

    /// <summary>How long it may take until those who keep a session know whose it is. Chosen: ten round trips of a LAN, and one word
    /// that is lost.</summary>
    private static readonly TimeSpan GiveWithin = TimeSpan.FromSeconds(1);

    /// <summary>How long the letter may take behind that. Later the session goes on from its portrait.</summary>
    private static readonly TimeSpan LetterWithin = TimeSpan.FromSeconds(2);

    /// <summary>Gives sessions that do nothing here any more to another node, as those who keep them know it. Threads: any.</summary>
    /// <returns>False when it is not known of all: nobody here may go on with any, and who keeps one goes on with it where this node
    /// ends.</returns>
    public async ValueTask<bool> TryGiveAsync(ImmutableArray<Session> sessions, ushort to)
    {
        if (sessions.IsEmpty)
        {
            return true;
        }

        var done = new TaskCompletionSource<bool>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Post(new DeskMessage.Give(sessions, to, done));
        await Task.WhenAny(done.Task, Task.Delay(GiveWithin));
        if (done.Task.IsCompletedSuccessfully)
        {
            return await done.Task;
        }

        Post(new DeskMessage.GiveUp(sessions));
        return false;
    }

    /// <summary>Who gave sessions does not wait any longer. What is still this node's goes on here when that has forgotten it; what is not
    /// goes on where it is by then.</summary>
    private void GiveUp(DeskMessage.GiveUp up)
    {
        foreach (var session in up.Sessions)
        {
            if (_own.TryGetValue(SessionStreams.KeyOf(session), out var own))
            {
                _ = own.Giving?.TrySetResult(false);
            }
        }
    }

    /// <summary>Waits until sessions of a letter are this node's, as those who keep them know it. Threads: any.</summary>
    public Task<bool> TryClaimAsync(IReadOnlyList<SessionKey> sessions)
    {
        var done = new TaskCompletionSource<bool>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Post(new DeskMessage.Claim(sessions, _node.Clock.Now() + GiveWithin, done));
        return done.Task;
    }

    /// <summary>What was claimed goes on from portraits: the letter could not be used. Threads: any.</summary>
    public void GoOn(IReadOnlyList<SessionKey> claimed)
    {
        if (claimed.Count > 0)
        {
            Post(new DeskMessage.GoOn(claimed));
        }
    }

    private void GoOn(DeskMessage.GoOn all, Instant now)
    {
        foreach (var key in all.Claimed)
        {
            if (_core.Owns(key) && !_own.ContainsKey(key) && !_taken.ContainsKey(key))
            {
                Take(key, now);
            }
        }
    }

    private void Give(DeskMessage.Give give, Instant now)
    {
        Span<byte> to = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(to, give.To);
        var all = new List<Task<bool>>();
        foreach (var session in give.Sessions)
        {
            var key = SessionStreams.KeyOf(session);
            if (!_own.TryGetValue(key, out var own))
            {
                give.Done.TrySetResult(false);
                return;
            }

            own.Giving = new TaskCompletionSource<bool>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            all.Add(own.Giving.Task);
            _ = _core.Write(key, GivenPart, to, now);
            _core.HandOver(key, give.To, now);
        }

        _ = TellAsync(all, give.Done);
    }

    private static async Task TellAsync(List<Task<bool>> all, TaskCompletionSource<bool> done) =>
        done.TrySetResult(Array.TrueForAll(await Task.WhenAll(all), static isGiven => isGiven));

    private bool IsGivenHere(SessionKey key) =>
        _core.TryRead(key, GivenPart, out var to)
        && to.Length == sizeof(ushort)
        && BinaryPrimitives.ReadUInt16BigEndian(to.Span) == _self;

    /// <summary>Answers who takes letters, and goes on from their portraits with those whose letter does not come.</summary>
    private void LookAfterGiven(Instant now)
    {
        _claims.RemoveAll(claim => IsAnswered(claim, now));
        foreach (var (key, until) in _given)
        {
            if (now >= until)
            {
                _ = _given.Remove(key);
                Take(key, now);
            }
        }
    }

    private bool IsAnswered(DeskMessage.Claim claim, Instant now)
    {
        var areHere = claim.Sessions.All(_core.Owns);
        if (!areHere && now < claim.Until)
        {
            return false;
        }

        foreach (var key in areHere ? claim.Sessions : [])
        {
            _ = _given.Remove(key);
            _ = _core.Write(key, GivenPart, default, now);
        }

        claim.Done.TrySetResult(areHere);
        return true;
    }
}
