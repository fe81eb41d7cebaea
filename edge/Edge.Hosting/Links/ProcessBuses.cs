using System.Collections.Immutable;
using Edge.Bus;
using Edge.Bus.Lan;
using Edge.Bus.Nats;
using Edge.Hosting.Discovery;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Mesh;
using Edge.Node.MeshLink;
using Edge.Node.Steering;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Links;

/// <summary>What connects a process with others: those of its PoP over the LAN, those of other PoPs over NATS.</summary>
/// <remarks>Media has a NATS connection of its own, so that it holds up no request and a request no media.</remarks>
public sealed class ProcessBuses : IAsyncDisposable
{
    /// <summary>Media that is older is worth nothing to who watches; a key frame is asked for instead.</summary>
    private static readonly TimeSpan MediaAgeMax = TimeSpan.FromMilliseconds(500);

    /// <summary>How long each goes on sending at the end. Chosen: it fits, with the end of a node, into the second that a
    /// drain may last longer than its deadline.</summary>
    private static readonly TimeSpan FinishWithin = TimeSpan.FromMilliseconds(300);

    /// <summary>How long to wait for others. Chosen: those that are there are connected within milliseconds, and one whose machine
    /// is gone costs a start no more than this.</summary>
    private static readonly TimeSpan MeetWithin = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan MeetLook = TimeSpan.FromMilliseconds(2);

    private const string MediaPattern = "media.>";

    /// <summary>What nodes say of each other's sessions: a client waits for it.</summary>
    private const string UrgentPattern = "takeover.>";

    private readonly PopDiscovery? _discovery;

    private ProcessBuses(LanBus lan, PopDiscovery? discovery, NatsBus? nats, NatsBus? natsMedia)
    {
        Lan = lan;
        _discovery = discovery;
        Nats = nats;
        NatsMedia = natsMedia;
    }

    /// <summary>The processes of the PoP, for all that they say to each other.</summary>
    public LanBus Lan { get; }

    /// <summary>The other PoPs, for requests and what is announced; null: there are none.</summary>
    public NatsBus? Nats { get; }

    /// <summary>The other PoPs, for media; null: there are none, or the process has no media.</summary>
    public NatsBus? NatsMedia { get; }

    /// <summary>Everything that requests come by.</summary>
    public ImmutableArray<IBus> ForRequests => Nats is null ? [Lan] : [Lan, Nats];

    /// <summary>How a node of this process reaches the others.</summary>
    public MeshOptions ForMedia =>
        new()
        {
            Near = Lan,
            Far = Nats,
            FarMedia = NatsMedia,
        };

    /// <summary>How a node of this process passes on what came for other nodes of the PoP: by UDP between the addresses by
    /// which processes of the PoP reach each other.</summary>
    public SteeringOptions ForSteering =>
        new()
        {
            Hop = NetworkAddress.From(Lan.Address),
            Bus = Lan,
            Members = () =>
                [
                    .. Lan.Peers.Select(peer => new PopMember(
                        peer.Name,
                        NetworkAddress.From(peer.Address),
                        peer.IsConnected
                    )),
                ],
            WatchListeners = Lan.WatchListeners,
            WatchDeaths = handler =>
                Lan.WatchLives(change =>
                {
                    if (change.State is LanPeerState.Suspected or LanPeerState.Gone)
                    {
                        handler(change.Name);
                    }
                }),
        };

    /// <summary>Listens on the LAN and begins to connect; what cannot be reached is tried again for ever.</summary>
    /// <param name="program">Whether there is media.</param>
    /// <param name="process">The process.</param>
    /// <param name="mesh">Its others.</param>
    /// <param name="loggers">Where connections are noted that come and go.</param>
    public static BusesStart Start(
        Executables program,
        ProcessSettings process,
        MeshSettings mesh,
        ILoggerFactory loggers
    )
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(mesh);
        switch (LanBus.Start(ToOptions(process, mesh), loggers.CreateLogger<LanBus>()))
        {
            case LanBusStart.Running running:
                var nats = StartNats(process, mesh, "requests", age: null, loggers);
                var media = program.HasFlag(Executables.Edge)
                    ? StartNats(process, mesh, "media", MediaAgeMax, loggers)
                    : null;
                var discovery = StartDiscovery(program, process, running.Bus, loggers);
                return new BusesStart.Running(new(running.Bus, discovery, nats, media));
            case LanBusStart.Misconfigured wrong:
                return new BusesStart.Failed(
                    $"The LAN refuses its options: {string.Join(' ', wrong.Problems)}"
                );
            case LanBusStart.Unbound unbound:
                return new BusesStart.Failed(
                    $"{SettingName.Lan}: {mesh.Lan} cannot be bound: {unbound.Error}."
                );
            case var other:
                throw new InvalidOperationException($"A start ended as {other}.");
        }
    }

    /// <summary>Waits, for no longer than a moment, until every process of the PoP that is there is connected: who takes part of what
    /// comes to an address of several has to know whose it is.</summary>
    public async Task MeetAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (
            Lan.Peers.Any(peer => peer is { IsConnected: false, LastEnd: not LanEnd.Unreachable })
            && TimeProvider.System.GetElapsedTime(began) < MeetWithin
        )
        {
            await Task.Delay(MeetLook);
        }
    }

    /// <summary>Leaves the PoP and the others, all at once: one that hangs holds up no other.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_discovery is not null)
        {
            await _discovery.DisposeAsync();
        }

        var ends = new List<Task> { Lan.DisposeAsync().AsTask() };
        foreach (var nats in (NatsBus?[])[Nats, NatsMedia])
        {
            if (nats is not null)
            {
                ends.Add(nats.DisposeAsync().AsTask());
            }
        }

        await Task.WhenAll(ends);
    }

    private static LanBusOptions ToOptions(ProcessSettings process, MeshSettings mesh) =>
        new()
        {
            Name = process.Node,
            Listen = mesh.Lan,
            Keys = [.. process.PopKeys.Select(key => new LanKey(key.Id, key.Bytes))],
            Peers = [.. mesh.Peers.Select(peer => new LanPeer(peer.Name, peer.Lan))],
            AgeMax = MediaAgeMax,
            AgePattern = MediaPattern,
            UrgentPattern = UrgentPattern,
            FinishWithin = FinishWithin,
        };

    private static PopDiscovery? StartDiscovery(
        Executables program,
        ProcessSettings process,
        LanBus lan,
        ILoggerFactory loggers
    ) =>
        process.Mesh?.Consul is null
            ? null
            : PopDiscovery.Start(
                program,
                process,
                lan,
                new ConsulTimes(),
                loggers.CreateLogger<PopDiscovery>()
            );

    private static NatsBus? StartNats(
        ProcessSettings process,
        MeshSettings mesh,
        string use,
        TimeSpan? age,
        ILoggerFactory loggers
    ) =>
        mesh.Nats.IsEmpty
            ? null
            : NatsBus.Start(
                new NatsBusOptions
                {
                    Urls = string.Join(',', mesh.Nats),
                    CredentialsFile = mesh.NatsCredentialsPath,
                    Name = $"{process.Pop} {process.Node} {use}",
                    AgeMax = age,
                    FinishWithin = FinishWithin,
                },
                loggers.CreateLogger<NatsBus>()
            );
}
