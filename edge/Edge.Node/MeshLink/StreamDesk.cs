using System.Text.Json;
using Control.Contract;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Names;
using Edge.Node.Sessions;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Edge.Node.MeshLink;

/// <summary>Finds streams by name wherever they are published, and settles who publishes one.</summary>
/// <remarks>
/// Whoever publishes a name answers for it and says so to all who publish or play it. The newest one wins
/// (<see cref="ClaimedName"/>): the older publisher is ended.
/// Threads: any; one lock, never held while something is awaited, nor while a subscription ends: that waits for its
/// handler, which takes the lock.
/// </remarks>
internal sealed partial class StreamDesk(NodeState node, MeshEngine engine) : IDisposable
{
    /// <summary>How long a question may take. Chosen: a round trip around the world and a busy node; who plays
    /// is to see the picture within a second.</summary>
    private static readonly TimeSpan AskWithin = TimeSpan.FromSeconds(1);

    private readonly Dictionary<StreamKey, NamedClaim> _claims = [];
    private readonly Lock _lock = new();

    /// <summary>A session of this node publishes a stream from now on.</summary>
    public void HandlePublished(StreamKey key, Instant now)
    {
        NamedClaim claim;
        ClaimNotice notice;
        lock (_lock)
        {
            claim = Open(key);
            var wall = (ulong)(DateTime.UtcNow - DateTime.UnixEpoch).Ticks;
            notice = claim.Name.Publish(wall, now);
            if (claim.Answering.Count == 0)
            {
                SubscribeAll(claim.Answering, claim.StreamSubject, HandleQuestion(key));
            }
        }

        Say(claim, notice);
    }

    /// <summary>A session of this node has published a stream and does so no more.</summary>
    public void HandleUnpublished(StreamKey key)
    {
        NamedClaim? claim;
        ClaimNotice said;
        IDisposable[] answering;
        lock (_lock)
        {
            if (
                // Somebody else here may have come meanwhile.
                node.Streams.HasPublisher(key)
                || !_claims.TryGetValue(key, out claim)
                || !claim.Name.TryUnpublish(out said)
            )
            {
                return;
            }

            answering = Take(claim.Answering);
        }

        Close(answering);
        Say(claim, said);
    }

    /// <summary>Finds a stream that another node publishes and puts its tracks behind the name here; false when
    /// nobody says that it has it.</summary>
    public Task<bool> FindAsync(StreamKey key)
    {
        NamedClaim claim;
        TaskCompletionSource<bool> found;
        lock (_lock)
        {
            claim = Open(key);
            if (claim.Finding is { } finding)
            {
                // Many come to play at once: one of them asks.
                return finding;
            }

            found = new(TaskCreationOptions.RunContinuationsAsynchronously);
            claim.Finding = found.Task;
        }

        _ = FindAsync(claim, found);
        return found.Task;
    }

    /// <summary>A stream's tracks are gone at the node that published it.</summary>
    public void HandleGone(RemoteStream remote) =>
        node.Apply(node.Streams.HandleGone(remote, node.Clock.Now()));

    /// <summary>Whether a stream's publisher can be believed to be there: it is here, or its node said so lately. One
    /// that died without a word, or is cut off, is not: who comes then is not let in to a picture that never comes. Who
    /// plays already waits for it.</summary>
    public bool IsHeard(StreamKey key)
    {
        lock (_lock)
        {
            return !_claims.TryGetValue(key, out var claim)
                || claim.Name.Own is not null
                || !node.Streams.IsKnown(key, out var remote)
                || remote is null
                || node.Clock.Now() - claim.HeardAt <= MeshTimes.OwnerSilence;
        }
    }

    /// <summary>The claim of this node's publisher; null without one.</summary>
    public StreamClaim? OwnClaim(StreamKey key)
    {
        lock (_lock)
        {
            return _claims.TryGetValue(key, out var claim) ? claim.Name.Own : null;
        }
    }

    /// <summary>What this node claims for its publisher of a stream, as of now; null without one. Nobody is told. Threads: any.</summary>
    public ClaimNotice? TellOwn(StreamKey key)
    {
        lock (_lock)
        {
            return _claims.TryGetValue(key, out var claim)
                ? claim.Name.Tell(node.Clock.Now())
                : null;
        }
    }

    /// <summary>Says claims again, and forgets names that nobody here publishes or plays. Threads:
    /// housekeeping.</summary>
    public void KeepHouse(Instant now)
    {
        var due = new List<(NamedClaim, ClaimNotice)>();
        var over = new List<IDisposable>();
        lock (_lock)
        {
            foreach (var (key, claim) in _claims)
            {
                if (claim.Name.TryRepeat(out var said, now))
                {
                    due.Add((claim, said));
                }
                else if (
                    claim is { IsMoving: false, Name.Own: null }
                    && claim.Finding is null
                    && !node.Streams.IsKnown(key)
                )
                {
                    over.AddRange(Take(claim.Hearing));
                    _claims.Remove(key);
                }
            }
        }

        Close(over);
        foreach (var (claim, notice) in due)
        {
            Say(claim, notice);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var over = new List<IDisposable>();
        lock (_lock)
        {
            foreach (var claim in _claims.Values)
            {
                over.AddRange(Take(claim.Hearing));
                over.AddRange(Take(claim.Answering));
            }

            _claims.Clear();
        }

        Close(over);
    }

    private NamedClaim Open(StreamKey key)
    {
        if (!_claims.TryGetValue(key, out var claim))
        {
            claim = new NamedClaim(key, engine.Self);
            _claims.Add(key, claim);
            SubscribeAll(
                claim.Hearing,
                claim.ClaimSubject,
                _ => message => HandleClaim(key, message)
            );
        }

        return claim;
    }

    private void SubscribeAll(
        List<IDisposable> subscriptions,
        string subject,
        Func<IBus, BusHandler> handler
    )
    {
        foreach (var bus in engine.Buses)
        {
            subscriptions.Add(bus.Subscribe(subject, handler(bus)));
        }
    }

    private static IDisposable[] Take(List<IDisposable> subscriptions)
    {
        var taken = subscriptions.ToArray();
        subscriptions.Clear();
        return taken;
    }

    /// <summary>Ends subscriptions, without the lock.</summary>
    private static void Close(IEnumerable<IDisposable> subscriptions)
    {
        foreach (var subscription in subscriptions)
        {
            subscription.Dispose();
        }
    }

    private void Say(NamedClaim claim, in ClaimNotice notice)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            StreamNotice.Of(notice),
            PeerJsonContext.Default.StreamNotice
        );
        foreach (var bus in engine.Buses)
        {
            _ = bus.TryPublish(claim.ClaimSubject, json);
        }
    }

    /// <summary>Another node says something of a stream. Threads: the bus's.</summary>
    private void HandleClaim(StreamKey key, BusMessage message)
    {
        var read = PeerDesk.TryRead(message.Payload, PeerJsonContext.Default.StreamNotice);
        if (read is null)
        {
            return;
        }

        var heard = read.Read();
        if (heard.Claim.Owner == engine.Self)
        {
            return;
        }

        if (heard.HasEnded)
        {
            HandleEnded(key, heard.Claim);
            return;
        }

        NamedClaim? claim;
        ClaimVerdict verdict;
        ClaimNotice answer;
        lock (_lock)
        {
            if (!_claims.TryGetValue(key, out claim) || claim.IsMoving)
            {
                return;
            }

            _ = node.Streams.IsKnown(key, out var remote);
            if (remote?.Claim.Owner == heard.Claim.Owner)
            {
                claim.HeardAt = node.Clock.Now();
            }

            verdict = claim.Name.Judge(heard, remote?.Claim, out answer, node.Clock.Now());
        }

        if (verdict == ClaimVerdict.Answer)
        {
            Say(claim, answer);
        }
        else if (verdict == ClaimVerdict.Ask)
        {
            _ = TryFollowAsync(key, heard.Claim);
        }
    }

    private void HandleEnded(StreamKey key, StreamClaim heard)
    {
        if (
            node.Streams.IsKnown(key, out var remote)
            && remote is not null
            && !remote.Claim.IsNewerThan(heard)
        )
        {
            HandleGone(remote);
        }
    }

    [LoggerMessage(3320, LogLevel.Error, "A stream was not found or described.")]
    private static partial void LogFault(ILogger logger, Exception error);
}
