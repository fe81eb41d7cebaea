using System.Collections.Immutable;
using Anycast.Steering;
using Edge.Node.HandOver.Letters;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Primitives;

namespace Edge.Node.Tests.Clusters;

/// <summary>Nodes at one place: the router that spreads flows over them, and the bus between them.</summary>
internal sealed class ClusterPop
{
    private const ushort HopPort = 7000;
    private const byte KeyId = 1;

    private static readonly TimeSpan BusTime = TimeSpan.FromMilliseconds(0.3);

    private readonly ClusterWorld _world;
    private readonly int _index;
    private readonly List<ClusterNode> _nodes = [];
    private readonly HashSet<ClusterNode> _withdrawn = [];
    private int _namesGiven;
    private uint _spread;

    public ClusterPop(ClusterWorld world, int index, int nodes)
    {
        _world = world;
        _index = index;
        Number = OwnerCode.NumberOf($"pop-{index}");
        var secret = new byte[PopKey.SecretBytesMin];
        world.Random.Fill(secret);
        Key = PopKey.Create(Number, KeyId, secret);
        Keys = HandOverKeys.Of(
            new MediaNodeOptions
            {
                Media = ClusterWorld.Anycast,
                PopKeyId = KeyId,
                PopSecret = [.. secret],
            }
        );
        for (var node = 0; node < nodes; node++)
        {
            Add(NextName());
        }
    }

    public ushort Number { get; }

    /// <summary>The key of owner codes and hops.</summary>
    public PopKey Key { get; }

    /// <summary>The key of letters.</summary>
    public HandOverKeys Keys { get; }

    /// <summary>The nodes that run.</summary>
    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    /// <summary>Those that stay.</summary>
    public IReadOnlyList<ClusterNode> Staying => _nodes.FindAll(node => !node.IsLeaving);

    /// <summary>The nodes that run, as discovery says it.</summary>
    public ImmutableArray<PopMember> Members =>
        [.. _nodes.Select(node => new PopMember(node.Name, node.Hop, IsConnected: true))];

    /// <summary>A name that no node had.</summary>
    public string NextName() => $"n{_namesGiven++}";

    /// <summary>Starts a node: flows come to it at once.</summary>
    public ClusterNode Add(string name)
    {
        var number = uint.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        var hop = NetworkAddress.FromIPv4(0x0A00_0000 + ((uint)_index << 8) + number, HopPort);
        var node = new ClusterNode(_world, this, name, hop);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Ends a node.</summary>
    public void Remove(ClusterNode node, string why)
    {
        _world.Rules.Note($"{node} {why}");
        _nodes.Remove(node);
        _withdrawn.Remove(node);
        node.End(why);
    }

    /// <summary>Routers turn away from a node.</summary>
    public void Withdraw(ClusterNode node) => _withdrawn.Add(node);

    /// <summary>Has the router spread flows anew.</summary>
    public void Spread() => _spread = _world.Random.NextUInt32();

    /// <summary>Gives a datagram to the node that the router chooses.</summary>
    public void Receive(in NetworkAddress source, byte[] datagram)
    {
        var hash = unchecked(
            ((source.IPv4 * 2_654_435_761) ^ (source.Port * 40_503u) ^ _spread) * 2_246_822_519
        );
        var announced = _nodes.FindAll(node => !_withdrawn.Contains(node));
        var nodes = announced.Count > 0 ? announced : _nodes;
        if (nodes.Count > 0)
        {
            nodes[(int)((hash >> 8) % (uint)nodes.Count)].Receive(source, datagram);
        }
    }

    /// <summary>Tells all other nodes something; each may miss it.</summary>
    public void Publish(ClusterNode from, Action<ClusterNode> hear)
    {
        foreach (var node in _nodes)
        {
            if (node != from && !_world.LosesWord())
            {
                _world.After(BusTime * (1 + _world.Random.NextDouble()), () => Reach(node, hear));
            }
        }
    }

    /// <summary>Asks a node something that is answered at once.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="name">Who is asked.</param>
    /// <param name="ask">Has it asked; it answers or not.</param>
    /// <param name="within">How long to wait.</param>
    /// <param name="done">Takes the first answer, or null.</param>
    public void Request(
        ClusterNode from,
        string name,
        Action<ClusterNode, Action<byte[]>> ask,
        TimeSpan within,
        Action<byte[]?> done
    ) => Request(from, name, ask, within, copies: [BusTime], losesAnswer: false, done);

    /// <summary>Gives a letter to a node: it may be lost, late, or come twice, and so may its answer.</summary>
    /// <param name="from">Who gives it.</param>
    /// <param name="to">The number of who is to take it.</param>
    /// <param name="letter">The letter.</param>
    /// <param name="within">How long to wait.</param>
    /// <param name="done">Takes the first answer; null when none comes.</param>
    /// <returns>False when it does not leave: there is no such node.</returns>
    public bool TryGive(
        ClusterNode from,
        ushort to,
        byte[] letter,
        TimeSpan within,
        Action<byte[]?> done
    )
    {
        if (_nodes.Find(node => node.Number == to) is not { } taker)
        {
            return false;
        }

        var copies = new List<TimeSpan>();
        var fate = _world.DrawFate();
        var late = _world.DrawDelay();
        switch (fate)
        {
            case LetterFate.Lost:
                break;
            case LetterFate.Late:
                copies.Add(late);
                break;
            case LetterFate.Twice:
                copies.Add(BusTime);
                copies.Add(late);
                break;
            case LetterFate.Arrives:
            case LetterFate.AnswerLost:
            case LetterFate.TwiceAndAnswerLost:
            default:
                copies.Add(BusTime);
                break;
        }

        if (fate == LetterFate.TwiceAndAnswerLost)
        {
            copies.Add(late);
        }

        if (fate != LetterFate.Arrives)
        {
            _world.Rules.Note($"a letter of {from} to {taker}: {fate} ({late.TotalSeconds:F2} s)");
        }

        Request(
            from,
            taker.Name,
            (node, answer) => node.HearLetter(letter, answer),
            within,
            copies,
            losesAnswer: fate is LetterFate.AnswerLost or LetterFate.TwiceAndAnswerLost,
            done
        );
        return true;
    }

    private void Request(
        ClusterNode from,
        string name,
        Action<ClusterNode, Action<byte[]>> ask,
        TimeSpan within,
        IReadOnlyList<TimeSpan> copies,
        bool losesAnswer,
        Action<byte[]?> done
    )
    {
        var isDone = false;
        for (var copy = 0; copy < copies.Count; copy++)
        {
            var isLost = losesAnswer && copy == 0;
            _world.After(
                copies[copy],
                () =>
                {
                    // Whoever runs by that name by then.
                    if (Named(name) is { } node)
                    {
                        ask(node, answer => Answer(isLost ? null : answer));
                    }
                }
            );
        }

        _world.After(within, () => Finish(null));

        void Answer(byte[]? answer)
        {
            if (answer is not null)
            {
                _world.After(BusTime, () => Finish(answer));
            }
        }

        void Finish(byte[]? answer)
        {
            if (!isDone && !from.IsOver)
            {
                isDone = true;
                done(answer);
            }
        }
    }

    /// <summary>The node that runs by a name; null when there is none.</summary>
    public ClusterNode? Named(string name) =>
        _nodes.Find(node => string.Equals(node.Name, name, StringComparison.Ordinal));

    private static void Reach(ClusterNode node, Action<ClusterNode> hear)
    {
        if (!node.IsOver)
        {
            hear(node);
        }
    }
}
