using System.Diagnostics;
using Anycast.Daemon.Announcing;
using Anycast.Daemon.Peers;
using Anycast.Daemon.Probing;
using Anycast.Daemon.Processes;
using Anycast.Daemon.Settings;
using Anycast.Daemon.Telemetry;
using Anycast.Health;
using Anycast.Health.Peers;
using Anycast.Health.Rounds;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Anycast.Daemon.Lifetime;

/// <summary>The rounds: asks the node, hears the peers, has the core decide, tells BIRD and the peers.</summary>
/// <remarks>Threads: <see cref="RunAsync"/> and <see cref="Stop"/> one after the other; <see cref="Look"/> and
/// <see cref="HandleEnd"/> of any.</remarks>
internal sealed partial class NodeWatch
{
    private readonly AnycastSettings _settings;
    private readonly NodeProber _prober;
    private readonly PeerLink? _peers;
    private readonly BirdAnnouncer _announcer;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly AnycastHealth _health;
    private readonly Lock _lock = new();
    private readonly long _origin;
    private Instant _handledAt;
    private long _rounds;
    private bool _isTakenOver;

    /// <summary>Makes one that does not run yet.</summary>
    public NodeWatch(
        AnycastSettings settings,
        NodeProber prober,
        PeerLink? peers,
        BirdAnnouncer announcer,
        TimeProvider time,
        ILogger log
    )
    {
        _settings = settings;
        _prober = prober;
        _peers = peers;
        _announcer = announcer;
        _time = time;
        _log = log;
        _health = new AnycastHealth(settings.Health);
        _origin = time.GetTimestamp();
    }

    /// <summary>Rounds so far, those that were late among them. Threads: any.</summary>
    public long Rounds => Volatile.Read(in _rounds);

    /// <summary>The counters.</summary>
    public WatchCounters Counters { get; } = new();

    private Instant Now => new(_time.GetElapsedTime(_origin).Ticks);

    /// <summary>Runs rounds until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(_settings.Interval, _time);
        do
        {
            var round = await _prober.AskAsync(cancellation);
            lock (_lock)
            {
                Handle(round);
            }

            Interlocked.Increment(ref _rounds);
        } while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>Takes it from the kernel that a process of the node is no more. While another one lives, rounds say whether the
    /// node does.</summary>
    public void HandleEnd(ProcessEnd end)
    {
        LogEnded(_log, end.Process, end.Left);
        Counters.NoteEnd();
        if (end.Left > 0)
        {
            return;
        }

        lock (_lock)
        {
            _health.HandleDeath(Now);
            Act();
            SendReport();
        }
    }

    /// <summary>Ends: the address is withdrawn, and the peers are told.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _health.HandleStop();
            Act();
            _peers?.Send(PeerReport.Withdrawn);
        }
    }

    /// <summary>How it stands.</summary>
    public WatchSnapshot Look()
    {
        lock (_lock)
        {
            return new WatchSnapshot
            {
                IsAnnounced = _health.IsAnnounced,
                IsFailStatic = _health.IsFailStatic,
                HoldSeconds = Math.Max(0, (_health.HeldUntil - Now).TotalSeconds),
                FailStaticCount = _health.Stats.FailStatic,
                HeldBackCount = _health.Stats.HeldBack,
                PeersRefused = _peers?.Refused ?? 0,
                PeersSkipped = _peers?.Skipped ?? 0,
                Bird = _announcer.State,
                IsDryRun = _settings.IsDryRun,
            };
        }
    }

    private void Handle(ProbeRound round)
    {
        TakeOver();
        SkipOldHeartbeats();
        while (_peers is not null && _peers.TryReceive(out var heartbeat))
        {
            _health.HandlePeer(heartbeat.Node, heartbeat.Report, Now);
        }

        if (round.IsLate && RoundVerdicts.Judge(round.Media, round.Readiness) != RoundVerdict.Good)
        {
            Counters.NoteLate();
        }
        else
        {
            var wasFailStatic = _health.IsFailStatic;
            Counters.Note(round.Media, round.Readiness);
            _health.HandleRound(round.Media, round.Readiness, Now);
            Act();
            if (_health.IsFailStatic && !wasFailStatic)
            {
                LogFailStatic(_log, _health.Verdict);
            }
        }

        SendReport();
    }

    /// <summary>A node whose BIRD is not told has nothing that another could count on.</summary>
    private void SendReport() =>
        _peers?.Send(_settings.IsDryRun ? PeerReport.Withdrawn : _health.Report);

    /// <summary>After a pause of this process, what waits was said during it: it is as old as the pause was long.</summary>
    private void SkipOldHeartbeats()
    {
        if (Now - _handledAt > _settings.Health.PeerSilenceMax)
        {
            _peers?.SkipWaiting();
        }

        _handledAt = Now;
    }

    /// <summary>What a watcher before this one left announced stays so: its restart moves no flow. BIRD is told
    /// nothing before that is known.</summary>
    private void TakeOver()
    {
        var state = _announcer.State;
        if (_isTakenOver || state == BirdState.Unknown)
        {
            return;
        }

        _isTakenOver = true;
        if (state != BirdState.Withdrawn && !_health.IsAnnounced)
        {
            LogTakenOver(_log);
            _health.HandleAnnounced(Now);
        }

        Tell();
    }

    private void Act()
    {
        while (_health.PollDecision(out var decision))
        {
            Counters.Note(decision.Reason);
            LogDecided(_log, decision.Action, decision.Reason, _health.Verdict);
            Debug.Assert(
                decision.Action == HealthAction.Announce == _health.IsAnnounced,
                "A decision and what follows from it differ."
            );
            if (_isTakenOver)
            {
                Tell();
            }
        }
    }

    private void Tell() =>
        _announcer.Want(_health.IsAnnounced ? BirdState.Announced : BirdState.Withdrawn);
}
