using System.Collections.Immutable;
using System.Net;

namespace Edge.Bus.Lan;

/// <summary>How a process takes part in its PoP's bus.</summary>
public sealed record LanBusOptions
{
    /// <summary>Longest name.</summary>
    public const int NameLengthMax = 64;

    /// <summary>Most peers. Chosen: two threads each, so a few hundred threads that sleep nearly always, and far
    /// more than the processes of a PoP.</summary>
    public const int PeersMax = 128;

    /// <summary>The process's name, unique in the PoP: 1 to 64 printable ASCII characters without space, dot and
    /// wildcards. Of two processes the one whose name is smaller by ordinal comparison connects.</summary>
    public required string Name { get; init; }

    /// <summary>Where to listen for the others; port 0 lets the kernel choose.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The PoP's keys, one or two. All are accepted; connections are made with the first, and with the
    /// second where the first is refused, so that keys can be replaced process by process in any order.</summary>
    public required ImmutableArray<LanKey> Keys { get; init; }

    /// <summary>The other processes at first; <see cref="LanBus.SetPeers"/> replaces them. The process itself may
    /// be among them. Default: none.</summary>
    public ImmutableArray<LanPeer> Peers { get; init; } = [];

    /// <summary>Bytes that may wait to be sent to one peer; what is published beyond it is dropped for that peer. Default 8 MiB, range 2 MiB to 1 GiB. Chosen: two thirds of a second of 10,000
    /// packets/s, longer than which nobody wants to wait, and room for a few of the largest messages.</summary>
    public int OutgoingBytesMax { get; init; } = 8 << 20;

    /// <summary>Bytes that may wait for this process's handlers, of all peers; the oldest beyond it are lost. Default
    /// 16 MiB, range 2 MiB to 1 GiB. Chosen: more than a second of 10,000 packets/s.</summary>
    public int IncomingBytesMax { get; init; } = 16 << 20;

    /// <summary>How long a message whose subject <see cref="AgePattern"/> covers may wait to be sent; then it is
    /// dropped. Default: null, for ever. Range: from 10 ms. Media: half a second, after which nobody can show it.</summary>
    public TimeSpan? AgeMax { get; init; }

    /// <summary>The messages that <see cref="AgeMax"/> is for. Default: all.</summary>
    public string AgePattern { get; init; } = BusSubject.Rest;

    /// <summary>The messages that overtake what waits to be sent and is not of them; among themselves they are in order, and full
    /// queues have room for another megabyte of them. Default: null, none. For what is short, seldom and awaited: beside
    /// letters of 1 MiB at 1 Gbit/s others wait for 50 ms.</summary>
    public string? UrgentPattern { get; init; }

    /// <summary>How often each side of a connection says that it lives. Default 250 ms, range 10 ms to 10 s.
    /// Chosen: four of them fit into <see cref="SilenceMax"/>, so that a single late one changes nothing; at
    /// 64 peers they cost about 250 small records a second each way.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often at least something is sent to a peer that counts on it: a record, without anything in it where there is
    /// nothing. Default 50 ms, range 10 ms to 10 s. Chosen: five fit into a quarter of a second, after which a peer may be
    /// suspected; at 64 peers and without media they are 1,280 records of 20 bytes a second each way.</summary>
    public TimeSpan SignInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long nothing may be heard of a peer before it is suspected to be dead, of one that has said how often something
    /// comes of it, and no less than four times that. Default 250 ms, range 50 ms to 1 min. Chosen: four signs in a row
    /// are missing then, one of which TCP repairs within 50 ms; to suspect is cheap and taken back by the next sign, while the
    /// connection lives on (<see cref="SilenceMax"/>).</summary>
    public TimeSpan SuspectAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long nothing may come from a peer before it counts as dead. Default 1 s, range twice
    /// <see cref="HeartbeatInterval"/> to 1 min. Chosen: the death of a process is seen at once, because its system
    /// closes its connections; this is for machines and networks, and must be longer than a pause of a busy machine,
    /// since to take a live node for a dead one costs a takeover.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a bus that is disposed goes on sending what waits. Default 1 s, range 0 to 1 min. Chosen: ample
    /// for a LAN; a peer that does not read holds up the end no longer.</summary>
    public TimeSpan FinishWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Every problem of these options, a sentence each.</summary>
    public ImmutableArray<string> Validate()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        if (!IsName(Name))
        {
            problems.Add(
                $"Name has 1 to {NameLengthMax} printable ASCII characters without space, dot, * and >."
            );
        }

        if (Keys.IsDefaultOrEmpty || Keys.Length > 2)
        {
            problems.Add("Keys has one key or two.");
        }
        else if (
            Keys.Any(key => key.Secret.IsDefaultOrEmpty || key.Secret.Length != LanKey.SecretBytes)
        )
        {
            problems.Add($"The secret of a key has {LanKey.SecretBytes} bytes.");
        }

        if (OutgoingBytesMax is < 2 << 20 or > 1 << 30)
        {
            problems.Add("OutgoingBytesMax is 2 MiB to 1 GiB.");
        }

        if (IncomingBytesMax is < 2 << 20 or > 1 << 30)
        {
            problems.Add("IncomingBytesMax is 2 MiB to 1 GiB.");
        }

        if (AgeMax < TimeSpan.FromMilliseconds(10))
        {
            problems.Add("AgeMax is at least 10 ms, or null.");
        }

        if (!BusSubject.IsPattern(AgePattern))
        {
            problems.Add("AgePattern is a pattern of subjects.");
        }

        if (UrgentPattern is not null && !BusSubject.IsPattern(UrgentPattern))
        {
            problems.Add("UrgentPattern is a pattern of subjects, or null.");
        }

        problems.AddRange(FindTimeProblems());
        problems.AddRange(FindProblems(Peers));
        return problems.DrainToImmutable();
    }

    private IEnumerable<string> FindTimeProblems()
    {
        if (
            HeartbeatInterval < TimeSpan.FromMilliseconds(10)
            || HeartbeatInterval > TimeSpan.FromSeconds(10)
        )
        {
            yield return "HeartbeatInterval is 10 ms to 10 s.";
        }

        if (SignInterval < TimeSpan.FromMilliseconds(10) || SignInterval > TimeSpan.FromSeconds(10))
        {
            yield return "SignInterval is 10 ms to 10 s.";
        }

        if (SuspectAfter < TimeSpan.FromMilliseconds(50) || SuspectAfter > TimeSpan.FromMinutes(1))
        {
            yield return "SuspectAfter is 50 ms to one minute.";
        }

        if (SilenceMax < HeartbeatInterval * 2 || SilenceMax > TimeSpan.FromMinutes(1))
        {
            yield return "SilenceMax is twice HeartbeatInterval to one minute.";
        }

        if (FinishWithin < TimeSpan.Zero || FinishWithin > TimeSpan.FromMinutes(1))
        {
            yield return "FinishWithin is 0 to one minute.";
        }
    }

    /// <summary>Every problem of a list of peers.</summary>
    internal static IEnumerable<string> FindProblems(IReadOnlyCollection<LanPeer> peers)
    {
        if (peers.Count > PeersMax)
        {
            yield return $"There are at most {PeersMax} peers.";
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var peer in peers)
        {
            if (!IsName(peer.Name))
            {
                yield return $"'{peer.Name}' cannot be a peer's name.";
            }
            else if (!names.Add(peer.Name))
            {
                yield return $"'{peer.Name}' is a peer twice.";
            }
        }
    }

    /// <summary>Whether a text can name a process.</summary>
    internal static bool IsName(ReadOnlySpan<char> text) =>
        text.Length <= NameLengthMax && BusSubject.IsToken(text);
}
