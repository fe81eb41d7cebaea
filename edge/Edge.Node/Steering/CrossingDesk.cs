using System.Collections.Concurrent;
using Anycast.Steering;
using Edge.Bus;
using Edge.Mesh;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Node.Telemetry;
using Edge.Primitives;

namespace Edge.Node.Steering;

/// <summary>Sends what came to the wrong PoP to the one that it is for, and takes what others send here.</summary>
/// <remarks>
/// A client whose route flips to another PoP goes on there with its next STUN check: it is sent to the owner that its user name
/// names; the owner believes it by its integrity, answers the client itself from the shared address, and says to the sender
/// that the flow is its own, whose packets then take the same way. The bus between PoPs carries it, so that no node needs an
/// address at which others reach it. What the bus has no room for is lost, as on any congested path. Threads: any.
/// </remarks>
internal sealed class CrossingDesk(NodeState node, MeshEngine engine) : IDisposable
{
    /// <summary>Subjects kept, so that a flow's packets do not make theirs again and again.</summary>
    private const int SubjectsMax = 1024;

    private readonly ConcurrentDictionary<NodeAddress, string> _subjects = new();
    private readonly IBus _bus = engine.FarMediaBus;
    private IDisposable? _subscription;
    private IDisposable? _following;

    /// <summary>Begins to take what others send to this node, and to those whose sessions are here.</summary>
    public void Start()
    {
        _subscription = Listen(engine.Self);
        _following = node.Adoptions?.Follow(Listen);
    }

    /// <summary>Sends a datagram to its owner; false when the bus has no room.</summary>
    /// <param name="owner">Whose it is, in another PoP.</param>
    /// <param name="client">Where it came from.</param>
    /// <param name="local">Where it was sent to; empty where there is only one address.</param>
    /// <param name="datagram">The datagram.</param>
    public bool TrySend(
        FlowOwner owner,
        in NetworkAddress client,
        in NetworkAddress local,
        ReadOnlySpan<byte> datagram
    ) =>
        owner.OtherPop is { } pop
        && TryPublish(
            new(pop, owner.Node),
            HeaderOf(CrossingKind.Datagram, client, local),
            datagram
        );

    /// <summary>Says to whoever sent something that its flow is of this node. What is lost is said again after the next
    /// check, or expires.</summary>
    /// <param name="sent">What was sent.</param>
    /// <param name="word">What is known of its client.</param>
    public void TellOwned(in CrossingHeader sent, in FlowWord word) =>
        Tell(
            sent,
            HeaderOf(CrossingKind.Owned, sent.Client, local: default) with
            {
                Proof = word.Proof,
                ProvedAgo = word.ProvedAgo,
            }
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _following?.Dispose();
        _subscription?.Dispose();
    }

    private void Tell(in CrossingHeader sent, in CrossingHeader header) =>
        _ = TryPublish(new(sent.Pop, sent.Node), header, datagram: []);

    private IDisposable Listen(NodeAddress name) =>
        _bus.Subscribe(MeshSubjects.Crossing(name), message => Hear(name, message));

    private bool TryPublish(NodeAddress to, in CrossingHeader header, ReadOnlySpan<byte> datagram)
    {
        Span<byte> message = stackalloc byte[CrossingMessage.HeaderBytes + PacketPool.SlotBytes];
        var length = CrossingMessage.WriteHeader(message, header);
        datagram.CopyTo(message[length..]);
        return _bus.TryPublish(SubjectOf(to), message[..(length + datagram.Length)]);
    }

    private CrossingHeader HeaderOf(
        CrossingKind kind,
        in NetworkAddress client,
        in NetworkAddress local
    ) => new(kind, engine.Self.Pop, engine.Self.Node, client, local);

    private string SubjectOf(NodeAddress node)
    {
        if (_subjects.TryGetValue(node, out var known))
        {
            return known;
        }

        var subject = MeshSubjects.Crossing(node);
        if (_subjects.Count < SubjectsMax)
        {
            _subjects.TryAdd(node, subject);
        }

        return subject;
    }

    private void Hear(NodeAddress name, BusMessage message)
    {
        if (!CrossingMessage.TryRead(message.Payload, out var header, out var datagram))
        {
            Count(ShardDrop.CrossingMalformed);
            return;
        }

        if (header.Kind == CrossingKind.Datagram)
        {
            Take(name, header, datagram);
        }
        else if (name == engine.Self && header.Kind is CrossingKind.Owned or CrossingKind.Unowned)
        {
            Note(header);
        }
    }

    private void Take(NodeAddress name, in CrossingHeader header, ReadOnlySpan<byte> datagram)
    {
        if (TryFind(header.Client, datagram, out var isCheck) is { } session)
        {
            node.Shards[session.OwnerShard].TryPostCrossing(header, datagram);
            return;
        }

        if (name != engine.Self)
        {
            // The node itself, or another one that has sessions of it, knows.
            return;
        }

        Count(ShardDrop.CrossingUnknown);
        if (!isCheck && node.Adoptions is not { IsQuiet: true })
        {
            Tell(header, HeaderOf(CrossingKind.Unowned, header.Client, local: default));
        }
    }

    private Session? TryFind(
        in NetworkAddress client,
        ReadOnlySpan<byte> datagram,
        out bool isCheck
    )
    {
        isCheck = Shard.TryReadFragment(datagram, out var fragment);
        Session? session;
        if (isCheck)
        {
            return node.Sessions.TryFindByFragment(fragment, out session) ? session : null;
        }

        return
            FlowStages.Of(datagram) == FlowStage.Opening
                && node.Flows.TryFindNewcomer(client, FlowStages.IsHandshake(datagram), out session)
            || node.Flows.TryFind(client, out session)
            ? session
            : null;
    }

    /// <summary>Each shard keeps a copy; one that the shard has no room for heals with the next check. The others of this PoP
    /// send what comes to them of such a flow here: they, and this node, may have had a former session of its client.</summary>
    private void Note(in CrossingHeader header)
    {
        var said = new FlowWord(header.Client, Shard: 0)
        {
            HasEnded = header.Kind != CrossingKind.Owned,
            Proof = header.Proof,
            ProvedAgo = header.ProvedAgo,
        };
        if (!said.HasEnded)
        {
            node.ReleaseFlow(said);
        }

        node.FlowDesk?.TellOfOtherPop(said);
        var owner = new FlowOwner(header.Node, Shard: 0) { OtherPop = header.Pop };
        var word = new ShardCommand.HearCrossing(owner, said);
        foreach (var shard in node.Shards)
        {
            _ = shard.TryPost(word);
        }
    }

    private void Count(ShardDrop drop) => node.Shards[0].CountDrop(drop);
}
