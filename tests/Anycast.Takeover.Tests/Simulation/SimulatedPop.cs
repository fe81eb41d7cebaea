using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>A whole PoP in virtual time: nodes, a witness, the LAN between them, and clients.</summary>
internal sealed class SimulatedPop
{
    /// <summary>The witness's number.</summary>
    public const ushort Witness = 50;

    private static readonly TimeSpan StepInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LanDelay = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan MediaDelay = TimeSpan.FromMilliseconds(15);

    private readonly PriorityQueue<Happening, (long, long)> _coming = new();
    private readonly Dictionary<SessionKey, SimulatedClient> _clients = [];
    private readonly HashSet<(ushort, ushort)> _cut = [];
    private readonly byte[] _frame = new byte[TakeoverNode.FrameBytesMin];
    private long _order;

    public SimulatedPop(Conditions conditions, Prng random, ISafetyRules? rules = null)
    {
        Conditions = conditions;
        Random = random;
        Rules = rules ?? SafetyRules.Instance;
        Checker = new Checker(conditions.Reach, conditions.Reach / 2);
        for (ushort number = 1; number <= conditions.Nodes; number++)
        {
            Nodes.Add(new SimulatedNode(number, PeerRole.Holder, this));
        }

        if (conditions.HasWitness)
        {
            Nodes.Add(new SimulatedNode(Witness, PeerRole.Witness, this));
        }

        foreach (var node in Nodes)
        {
            Start(node);
        }
    }

    public Conditions Conditions { get; }

    public Prng Random { get; }

    public ISafetyRules Rules { get; }

    public Checker Checker { get; }

    public List<SimulatedNode> Nodes { get; } = [];

    public IReadOnlyCollection<SimulatedClient> Clients => _clients.Values;

    public Instant Now { get; private set; }

    public ulong Lives { get; set; }

    /// <summary>Bytes that the nodes sent each other.</summary>
    public long LanBytes { get; private set; }

    /// <summary>In how many frames.</summary>
    public long LanFrames { get; private set; }

    /// <summary>Sees every frame of the LAN.</summary>
    public Action<ushort, ushort, byte[]>? Carried { get; init; }

    /// <summary>Whether the LAN loses and repeats as the conditions say.</summary>
    public bool IsRough { get; set; } = true;

    /// <summary>What was done to whom, and what came of it: a failure prints it.</summary>
    public List<string> History { get; } = [];

    public void Note(string what) => History.Add($"{Now}: {what}");

    public SimulatedNode Node(ushort number) => Nodes.First(node => node.Number == number);

    public SimulatedClient Client(SessionKey session) => _clients[session];

    public SimulatedNode? OwnerOf(SimulatedClient client) =>
        Nodes.FirstOrDefault(node => node.Owns(client.Session));

    public TakeoverOptions OptionsOf(PeerRole role) =>
        new()
        {
            Role = role,
            RolloverReach = Conditions.Reach,
            ReserveAheadMax = Conditions.Reach / 2,
            GiveUpAfter = TimeSpan.FromSeconds(4),
            ReplaceAfter = TimeSpan.FromMilliseconds(400),
            AuditInterval = TimeSpan.FromSeconds(2),
        };

    public void Start(SimulatedNode node)
    {
        node.Start();
        Note($"{node} starts");
        At(
            Now,
            new Happening
            {
                Kind = HappeningKind.Step,
                Node = node,
                Run = node.Run,
            }
        );
    }

    public void Kill(SimulatedNode node)
    {
        var life = node.Life;
        Note($"{node} is killed");
        node.Kill();
        foreach (var other in Nodes.Where(other => Conditions.IsDeathTold && other != node))
        {
            At(
                Now + TimeSpan.FromMilliseconds(2),
                new Happening
                {
                    Kind = HappeningKind.Death,
                    Node = other,
                    Run = other.Run,
                    From = node.Number,
                    Life = life,
                }
            );
        }
    }

    public void Cut(SimulatedNode from, SimulatedNode to) => _cut.Add((from.Number, to.Number));

    public void Heal()
    {
        Note("all links heal");
        _cut.Clear();
    }

    public SimulatedClient Create(SimulatedNode node)
    {
        var session = new SessionKey((UInt128)(1000 + _clients.Count) * 0x1234567);
        var client = new SimulatedClient(session, Conditions.Streams, Conditions.Reach, Random);
        _clients[session] = client;
        node.Create(client, Now);
        Note($"{node} begins {session.Value}");
        At(Now + ReportInterval, new Happening { Kind = HappeningKind.Report, Client = client });
        return client;
    }

    public void RunFor(TimeSpan duration)
    {
        var end = Now + duration;
        while (_coming.TryPeek(out _, out var due) && due.Item1 <= end.Ticks)
        {
            var next = _coming.Dequeue();
            Now = new Instant(due.Item1);
            Happen(next);
        }

        Now = end;
    }

    public void SendMedia(SimulatedClient client, int stream, long first, int count, Instant now)
    {
        if (now < client.AwayUntil)
        {
            return;
        }

        var lost = 0UL;
        for (var packet = 0; packet < Math.Min(count, 64); packet++)
        {
            lost |= Random.NextDouble() < Conditions.MediaLoss ? 1UL << packet : 0;
        }

        At(
            now + MediaDelay + (MediaDelay * Random.NextDouble()),
            new Happening
            {
                Kind = HappeningKind.Media,
                Client = client,
                Stream = stream,
                First = first,
                Count = count,
                Lost = lost,
            }
        );
    }

    /// <summary>Sends what waits at a node.</summary>
    public void Flush(SimulatedNode node)
    {
        int length;
        while ((length = node.Core.PollFrame(_frame, out var peer)) > 0)
        {
            LanBytes += length;
            LanFrames++;
            if (Nodes.FirstOrDefault(other => other.Number == peer) is { } to)
            {
                var frame = _frame.AsSpan(0, length).ToArray();
                Carried?.Invoke(node.Number, peer, frame);
                Carry(node, to, frame);
            }
        }

        node.PollEvents();
    }

    private void Carry(SimulatedNode from, SimulatedNode to, byte[]? frame)
    {
        if (_cut.Contains((from.Number, to.Number)) || (IsRough && Draw(Conditions.LanLoss)))
        {
            return;
        }

        var copies = IsRough && Draw(Conditions.LanRepeats) ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            At(
                Now + LanDelay + (Conditions.LanJitter * Random.NextDouble()),
                new Happening
                {
                    Kind = frame is null ? HappeningKind.Beat : HappeningKind.Frame,
                    Node = to,
                    Run = to.Run,
                    From = from.Number,
                    Frame = frame,
                    Life = from.Life,
                }
            );
        }
    }

    private bool Draw(double part) => part > 0 && Random.NextDouble() < part;

    private void At(Instant when, Happening happening) =>
        _coming.Enqueue(happening, (when.Ticks, _order++));

    private void Happen(in Happening happening)
    {
        if (happening.Node is { } node)
        {
            HappenAt(node, happening);
        }
        else if (happening.Kind == HappeningKind.Media)
        {
            Deliver(happening);
        }
        else
        {
            Report(happening.Client!);
        }
    }

    private void HappenAt(SimulatedNode node, in Happening happening)
    {
        if (!node.IsUp || node.Run != happening.Run)
        {
            return;
        }

        if (Now < node.PausedUntil)
        {
            if (happening.Kind == HappeningKind.Step)
            {
                At(node.PausedUntil, happening);
            }
            else
            {
                node.Queued.Add(happening);
            }

            return;
        }

        if (happening.Kind == HappeningKind.Step)
        {
            Turn(node, happening);
            return;
        }

        Take(node, happening);
        Flush(node);
    }

    /// <summary>A turn of the loop: what the kernel has queued comes before the timers or behind them.</summary>
    private void Turn(SimulatedNode node, in Happening happening)
    {
        var isTimerFirst = Random.NextInt32(2) == 0;
        if (isTimerFirst)
        {
            node.Step(Now);
            Flush(node);
        }

        foreach (var queued in node.Queued)
        {
            Take(node, queued);
        }

        node.Queued.Clear();
        if (!isTimerFirst)
        {
            node.Step(Now);
        }

        Flush(node);
        if (++node.Turns % 5 == 0)
        {
            Beat(node);
        }

        At(Now + StepInterval, happening);
    }

    private void Beat(SimulatedNode node)
    {
        foreach (var other in Nodes)
        {
            if (other != node)
            {
                Carry(node, other, frame: null);
            }
        }
    }

    private void Take(SimulatedNode node, in Happening happening)
    {
        switch (happening.Kind)
        {
            case HappeningKind.Frame:
                node.Core.HandleFrame(happening.Frame, happening.From, node.Clock(Now));
                break;
            case HappeningKind.Beat:
                node.HearBeat(happening.From, happening.Life, Node(happening.From).Role, Now);
                break;
            case HappeningKind.Death:
                node.HearDeath(happening.From, happening.Life, Now);
                break;
            case HappeningKind.Reported:
                var client = happening.Client!;
                node.Core.HandleReceived(
                    client.Session,
                    client.Streams[happening.Stream],
                    happening.First
                );
                break;
            case HappeningKind.Step:
            case HappeningKind.Media:
            case HappeningKind.Report:
            default:
                break;
        }
    }

    private void Deliver(in Happening happening)
    {
        var client = happening.Client!;
        client.Note(Now);
        for (var packet = 0; packet < happening.Count; packet++)
        {
            if (packet >= 64 || (happening.Lost & (1UL << packet)) == 0)
            {
                Checker.Receive(client.Receivers[happening.Stream], happening.First + packet);
            }
        }
    }

    private void Report(SimulatedClient client)
    {
        At(Now + ReportInterval, new Happening { Kind = HappeningKind.Report, Client = client });
        if (Now < client.AwayUntil || Draw(Conditions.MediaLoss))
        {
            return;
        }

        for (var stream = 0; stream < client.Receivers.Length; stream++)
        {
            foreach (var node in Nodes)
            {
                At(
                    Now + MediaDelay,
                    new Happening
                    {
                        Kind = HappeningKind.Reported,
                        Node = node,
                        Run = node.Run,
                        Client = client,
                        Stream = stream,
                        First = client.Receivers[stream].Highest,
                    }
                );
            }
        }
    }
}
