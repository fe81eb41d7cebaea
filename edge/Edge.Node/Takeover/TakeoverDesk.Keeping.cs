using System.Security.Cryptography;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Shards;
using Edge.Node.Takeover.Keeping;
using Edge.Node.Takeover.Portraits;
using Edge.Primitives;

namespace Edge.Node.Takeover;

/// <content>Own sessions: what others are told of them, and what these may use.</content>
internal sealed partial class TakeoverDesk
{
    private const uint PortraitPart = 1;
    private const uint PulsePart = 2;

    /// <summary>How long an answer waits until others have what it says. Chosen: a hundred round trips of a LAN; where they do not answer, an
    /// answer that may be forgotten is better than none.</summary>
    private static readonly TimeSpan KeepWithin = TimeSpan.FromMilliseconds(300);

    /// <summary>Has a session portrayed as it is now, and waits until no takeover can lose that. Returns at once for one that others do not
    /// keep. Threads: any.</summary>
    public async ValueTask KeepAsync(string sessionId)
    {
        if (!_node.Sessions.TryFindById(sessionId, out var session))
        {
            return;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new DeskMessage.Keep(session, done));
        await Task.WhenAny(done.Task, Task.Delay(KeepWithin));
    }

    private void Keep(DeskMessage.Keep keep)
    {
        if (_own.TryGetValue(SessionStreams.KeyOf(keep.Session), out var own))
        {
            own.Portraits.Ask(keep.Done);
        }
        else
        {
            _ = keep.Done.TrySetResult();
        }
    }

    private void Begin(Session session, Instant now)
    {
        var key = SessionStreams.KeyOf(session);
        var isKept = _core.Owns(key) || _core.TryCreate(key, now);
        if (isKept)
        {
            var own = new OwnSession(session, key);
            own.Take(_core.Leases(key));
            _own[key] = own;
        }

        Post(new ShardCommand.Protect(session, isKept));
    }

    private void End(Session session, Instant now)
    {
        var key = SessionStreams.KeyOf(session);
        if (_own.TryGetValue(key, out var own) && ReferenceEquals(own.Media, session))
        {
            _ = _own.Remove(key);
            own.Portraits.End();
            if (own.Giving is null)
            {
                _core.End(key, now);
            }
            else if (own.Giving.Task.IsCompleted && _core.Owns(key))
            {
                // Whoever was to have it has died first: it goes on from its portrait here.
                Take(key, now);
            }
        }
    }

    private void Handle(KeptReport report, Instant now)
    {
        var key = SessionStreams.KeyOf(report.Session);
        if (!_own.TryGetValue(key, out var own))
        {
            return;
        }

        own.Handle(report, _core, now);
        // One that is too long is not said: the last one is better than none.
        if (report.IsConnected && SessionPulse.Write(report.Received) is { Length: > 0 } pulse)
        {
            _ = _core.Write(key, PulsePart, pulse, now);
        }
    }

    private void LookAfterOwn(Instant now)
    {
        foreach (var own in _own.Values)
        {
            if (own.Giving is { } giving && !_core.IsHandingOver(own.Key))
            {
                _ = giving.TrySetResult(false);
            }

            if (own.TakeGrants(now) is { IsEmpty: false } grants)
            {
                Post(new ShardCommand.Grant(own.Media, grants));
            }

            if (own.Giving is null && own.Portraits.TryBegin(now))
            {
                _ = PortrayAsync(own);
            }
            else if (own.Portraits.IsWaitedFor && _core.IsHeld(own.Key, own.Mark))
            {
                own.Portraits.HandleHeld();
            }
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged, and it is tried again."
    )]
    private async Task PortrayAsync(OwnSession own)
    {
        byte[]? portrait = null;
        // Before it is written: of one that is thought younger than it is, timestamps would go back.
        var at = _node.Clock.Now();
        try
        {
            CallsSession? calls = null;
            if (own.Media.Role == SessionRole.Caller)
            {
                _ = _node.Calls.TryFind(own.Media.Stream.AppId, own.Media.Id, out calls);
            }

            portrait =
                own.Media.Role == SessionRole.Caller && calls is null
                    ? null
                    : await _portrayer.PortrayAsync(own.Media, calls);
        }
        catch (Exception error)
        {
            LogFailed(_node.Logger, error);
        }

        Post(new DeskMessage.Portrayed(own, portrait, at));
    }

    private void Handle(OwnSession own, byte[]? portrait, Instant at, Instant now)
    {
        if (portrait is null)
        {
            own.Portraits.HandleFailed(now);
            return;
        }

        own.Portraits.HandleDone();
        if (!_own.TryGetValue(own.Key, out var current) || current != own)
        {
            // It has left, and may have come again since.
            CryptographicOperations.ZeroMemory(portrait);
            return;
        }

        var text = PortraitText.Write(own.Media.Role, _self, _node.Clock.Life, at, portrait);
        own.Mark = _core.Write(own.Key, PortraitPart, _seal.Seal(own.Key.Value, text), now);
        CryptographicOperations.ZeroMemory(text);
        CryptographicOperations.ZeroMemory(portrait);
    }

    private void Post(ShardCommand.ForSession command) =>
        _node.Shards[command.Session.OwnerShard].Post(command);
}
