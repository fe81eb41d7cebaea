using System.Security.Cryptography;
using Edge.Bus.Lan;
using Edge.Hosting.Discovery.Wire;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Mesh;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Discovery;

/// <summary>Keeps a process in Consul's catalogue, and the LAN's peers as the catalogue and EDGE_PEERS have
/// them.</summary>
/// <remarks>Nothing waits for it: it runs beside, and while Consul is away everything is as it was.</remarks>
internal sealed partial class PopDiscovery : IAsyncDisposable
{
    private const int RunBytes = 8;

    private readonly PopIdentity _self;
    private readonly ServiceRegistration _registration;
    private readonly ConsulTimes _times;
    private readonly ConsulAgent _agent;
    private readonly LanBus _lan;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _start;
    private readonly Lock _gate = new();
    private readonly PeerBook _book;
    private readonly CatalogueAge _age;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task> _ending;

    // What came of the last beat; null: there was none.
    private ConsulFault? _registered;
    private ulong _index;
    private int _unusable;
    private Task _loops = Task.CompletedTask;

    private PopDiscovery(
        PopIdentity self,
        MeshSettings mesh,
        ConsulAgent agent,
        LanBus lan,
        ConsulTimes times,
        TimeProvider time,
        ILogger log
    )
    {
        _self = self;
        _times = times;
        _registration = self.ToRegistration(times);
        _agent = agent;
        _lan = lan;
        _time = time;
        _log = log;
        _start = time.GetTimestamp();
        _book = new(self, mesh.Peers, times.DropAfter);
        _age = new(times.OldAfter, Instant.Zero);
        _ending = new(EndAsync);
    }

    private Instant Now => Instant.Zero + _time.GetElapsedTime(_start);

    /// <summary>Begins.</summary>
    /// <param name="program">What the process is.</param>
    /// <param name="process">Its settings, of a mesh with Consul.</param>
    /// <param name="lan">Its LAN, which has the peers of EDGE_PEERS and outlives this.</param>
    /// <param name="times">How long to wait.</param>
    /// <param name="log">Where peers are noted that come and go.</param>
    public static PopDiscovery Start(
        Executables program,
        ProcessSettings process,
        LanBus lan,
        ConsulTimes times,
        ILogger log
    )
    {
        var mesh = process.Mesh!;
        var time = TimeProvider.System;
        var run = RandomNumberGenerator.GetHexString(2 * RunBytes, lowercase: true);
        var self = new PopIdentity(process.Pop, process.Node, program, lan.Address, run);
        var agent = new ConsulAgent(mesh.Consul!, times, time);
        var discovery = new PopDiscovery(self, mesh, agent, lan, times, time, log);
        discovery._loops = Task.Run(discovery.RunAsync, CancellationToken.None);
        return discovery;
    }

    /// <summary>Ends, and takes the process out of the catalogue if Consul answers.</summary>
    public ValueTask DisposeAsync() => new(_ending.Value);

    private async Task EndAsync()
    {
        await _stopping.CancelAsync();
        await _loops;
        await _agent.DeregisterAsync(_self.ServiceId, CancellationToken.None);
        _agent.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        // First the registration, so that the first look finds it.
        var pause = await StepAsync(BeatAsync);
        await Task.WhenAll(LoopAsync(BeatAsync, pause), LoopAsync(LookAsync, TimeSpan.Zero));
    }

    private async Task LoopAsync(Func<Task<TimeSpan>> step, TimeSpan pause)
    {
        while (true)
        {
            // Up to a fifth less, so that the processes of a PoP do not come at one time.
            await Task.Delay(
                    pause * (1 - (0.2 * Random.Shared.NextDouble())),
                    _time,
                    _stopping.Token
                )
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            pause = await StepAsync(step);
        }
    }

    /// <summary>One step of a loop, whatever comes of it.</summary>
    private async Task<TimeSpan> StepAsync(Func<Task<TimeSpan>> step)
    {
        try
        {
            return await step();
        }
        catch (OperationCanceledException)
        {
            return TimeSpan.Zero;
        }
        catch (Exception error) // A fault of ours costs news of the catalogue, not the process.
        {
            LogOurFault(_log, error);
            return _times.RetryPause;
        }
    }

    /// <summary>Says that the process lives, and registers it where it is not known (any more).</summary>
    private async Task<TimeSpan> BeatAsync()
    {
        var fault =
            _registered == ConsulFault.None
                ? await _agent.PassAsync(_self.ServiceId, _stopping.Token)
                : ConsulFault.Refused;
        // An agent that answers and refuses came back with nothing; in which words depends on its version.
        if (fault is ConsulFault.Refused or ConsulFault.Forbidden or ConsulFault.Malformed)
        {
            fault = await _agent.RegisterAsync(_registration, _stopping.Token);
            if (fault == ConsulFault.None)
            {
                LogRegistered(_log, _self.ServiceId);
            }
        }

        NoteRegistration(fault);
        lock (_gate)
        {
            _book.HandleConnected(FindConnected(), Now);
            if (_age.FindOld(Now) is { } age)
            {
                LogOld(_log, (long)age.TotalSeconds, _age.Fault, _book.FoundCount);
            }
        }

        return _times.BeatInterval;
    }

    private void NoteRegistration(ConsulFault fault)
    {
        // Once for an outage, and again for what does not end by itself.
        var isNews =
            _registered is null or ConsulFault.None
            || (fault == ConsulFault.Forbidden && _registered != fault);
        if (fault != ConsulFault.None && isNews)
        {
            LogUnregistered(_log, _self.ServiceId, fault);
        }

        _registered = fault;
    }

    /// <summary>Waits for the catalogue to change.</summary>
    private async Task<TimeSpan> LookAsync()
    {
        var answer = await _agent.LookAsync(_self.ServiceName, _self.Pop, _index, _stopping.Token);
        lock (_gate)
        {
            if (answer is CatalogueAnswer.Listed listed)
            {
                _index = listed.Index;
                Take(listed);
                return _index == 0 ? _times.RetryPause : _times.LookPause;
            }

            _index = 0;
            _age.HandleFault(((CatalogueAnswer.Failed)answer).Fault);
            return _times.RetryPause;
        }
    }

    private void Take(CatalogueAnswer.Listed listed)
    {
        _book.HandleConnected(FindConnected(), Now);
        var changes = _book.HandleCatalogue(listed.Entries, Now, out var isComplete);
        if (!isComplete)
        {
            _age.HandleFault(ConsulFault.Incomplete);
        }
        else if (_age.HandleSeen(Now) is { } age)
        {
            LogFresh(_log, (long)age.TotalSeconds);
        }

        if (listed.Unusable > _unusable)
        {
            LogUnusable(_log, listed.Unusable);
        }

        _unusable = listed.Unusable;
        foreach (var change in changes)
        {
            Log(change);
        }

        if (changes.Any(change => change.Kind != BookChangeKind.Refused))
        {
            _lan.SetPeers(_book.Peers);
        }
    }

    private HashSet<string> FindConnected() =>
        _lan
            .Peers.Where(peer => peer.IsConnected)
            .Select(peer => peer.Name)
            .ToHashSet(StringComparer.Ordinal);

    private void Log(BookChange change)
    {
        switch (change.Kind)
        {
            case BookChangeKind.Found:
                LogFound(_log, change.Name);
                break;
            case BookChangeKind.Moved:
                LogMoved(_log, change.Name);
                break;
            case BookChangeKind.Dropped:
                LogDropped(_log, change.Name);
                break;
            case BookChangeKind.Refused:
                LogRefused(_log, change.Name, change.Refusal);
                break;
            default:
                throw new InvalidOperationException($"A change is {change.Kind}.");
        }
    }
}
