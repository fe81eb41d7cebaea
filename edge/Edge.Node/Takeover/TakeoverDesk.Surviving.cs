using System.Collections.Immutable;
using Anycast.Takeover;
using Edge.Node.HandOver.State;
using Edge.Node.HandOver.Taking;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Node.Takeover.Keeping;
using Edge.Node.Takeover.Portraits;
using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Node.Takeover;

/// <content>Sessions of others that are this node's now, and own ones that are others'.</content>
internal sealed partial class TakeoverDesk
{
    /// <summary>How long a session waits for what it needs, if that is nowhere yet: whoever publishes it may go on a little later, here or at
    /// another node. Chosen: all of a dead node's sessions are elsewhere by then, even on a machine that has
    /// too much to do.</summary>
    private static readonly TimeSpan WaitWithin = TimeSpan.FromSeconds(5);

    /// <summary>How soon it is looked again.</summary>
    private static readonly TimeSpan SurviveAgain = TimeSpan.FromMilliseconds(50);

    private void HandleEvents(Instant now)
    {
        var before = _taken.Count;
        while (_core.PollEvent(out var happened))
        {
            if (happened.Reason != TakeoverReason.None)
            {
                Drop(happened.Session, happened.Reason);
            }
            else if (IsGivenHere(happened.Session))
            {
                _given[happened.Session] = now + LetterWithin;
            }
            else
            {
                Take(happened.Session, now);
            }
        }

        if (_taken.Count > before)
        {
            LogTaking(_node.Logger, _taken.Count - before);
        }
    }

    private void Take(SessionKey key, Instant now)
    {
        if (Open(key, now) is { } taken)
        {
            _taken[key] = taken;
            _surviveAt = now;
            return;
        }

        _failed++;
        LogUnknown(_node.Logger);
        _core.End(key, now);
    }

    /// <summary>Goes on with what was taken, as far as what it needs is there. Those of one role together, and no others wait while these
    /// look for what they need: who publishes needs nothing, and is what others need.</summary>
    private void Survive(Instant now)
    {
        if (now < _surviveAt)
        {
            return;
        }

        _surviveAt = Instant.Never;
        foreach (var role in _taken.Values.Select(taken => taken.Role).Distinct().ToArray())
        {
            if (_surviving.Add(role))
            {
                _ = SurviveAsync(role, [.. _taken.Values.Where(taken => taken.Role == role)], now);
            }
        }
    }

    private void HandleSurvived(DeskMessage.Survived survived, Instant now)
    {
        _ = _surviving.Remove(survived.Role);
        for (var place = 0; place < survived.Tried.Count; place++)
        {
            var taken = survived.Tried[place];
            if (survived.Outcome.Waiting.Contains(place))
            {
                continue;
            }

            taken.Clear();
            _ = _taken.Remove(taken.Key);
            if (survived.Outcome.Here.Contains(place))
            {
                _survived++;
                continue;
            }

            _failed++;
            LogLost(_node.Logger);
            _core.End(taken.Key, now);
        }

        if (_taken.Values.Any(taken => taken.Role == survived.Role))
        {
            var hasNew = _taken.Values.Any(taken =>
                taken.Role == survived.Role && !survived.Tried.Contains(taken)
            );
            _surviveAt = Instant.Min(_surviveAt, hasNew ? now : now + SurviveAgain);
        }
    }

    /// <summary>A session is another node's, or may be: it does nothing here any more, and says nothing.</summary>
    private void Drop(SessionKey key, TakeoverReason reason)
    {
        _ = _given.Remove(key);
        if (_taken.Remove(key, out var taken))
        {
            taken.Clear();
        }

        if (!_own.Remove(key, out var own))
        {
            return;
        }

        own.Portraits.End();
        if (own.Giving is { } giving)
        {
            // Who gives it forgets it.
            giving.TrySetResult(reason == TakeoverReason.HandedOver);
            return;
        }

        _fenced++;
        LogDropped(_node.Logger, own.Media.LogId, reason);
        _node.ForgetMoved(own.Media, followed: null);
        if (_node.Calls.TryFind(own.Media.Stream.AppId, own.Media.Id, out var calls))
        {
            _ = _calls.Forget(calls);
        }

        Post(new ShardCommand.Fence(own.Media));
    }

    private TakenSession? Open(SessionKey key, Instant now)
    {
        if (
            !_core.TryRead(key, PortraitPart, out var whole)
            || _seal.TryOpen(key.Value, whole.Span) is not { } text
            || !PortraitText.TryRead(
                text,
                out var role,
                out var node,
                out var life,
                out var at,
                out var portrait
            )
        )
        {
            return null;
        }

        // Of a node that was never heard nothing better is known than that it is not long ago.
        var wasOwn = node == _self && life == _node.Clock.Life;
        var arrivedAt = wasOwn ? at : Instant.Min(_peers.Translate(node, life, at) ?? now, now);
        _ = _core.TryRead(key, PulsePart, out var pulse);
        var survival = new Survival(arrivedAt, SentOf(key), SessionPulse.Read(pulse.Span))
        {
            IsLimited = true,
        };
        return new TakenSession(
            key,
            role,
            new Survivor(portrait, survival),
            text,
            now + WaitWithin
        );
    }

    /// <summary>All that former owners were granted.</summary>
    private ImmutableArray<IndexBound> SentOf(SessionKey key)
    {
        var sent = ImmutableArray.CreateBuilder<IndexBound>();
        foreach (var lease in _core.Leases(key))
        {
            if (SessionStreams.BoundOf(lease.Stream, lease.Next - 1) is { } bound)
            {
                sent.Add(bound);
            }
        }

        return sent.ToImmutable();
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged, and the sessions end."
    )]
    private async Task SurviveAsync(
        SessionRole role,
        IReadOnlyList<TakenSession> taken,
        Instant now
    )
    {
        var outcome = SurvivalOutcome.None;
        try
        {
            outcome = await _taker.SurviveAsync([
                .. taken.Select(each => each.Survivor with { MayWait = now < each.Until }),
            ]);
        }
        catch (Exception error)
        {
            LogFailed(_node.Logger, error);
        }

        Post(new DeskMessage.Survived(role, taken, outcome));
    }
}
