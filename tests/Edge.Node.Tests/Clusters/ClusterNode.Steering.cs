using Anycast.Steering;
using Edge.Node.Shards;
using Edge.Node.Steering;
using Edge.Primitives;

namespace Edge.Node.Tests.Clusters;

/// <content>What is for others, and what others pass on: as <c>Shard.Steering</c> and <c>CrossingDesk</c> do it.</content>
internal sealed partial class ClusterNode
{
    /// <summary>Takes what another node of the PoP passed on, or somebody who would like to be one.</summary>
    public void TakeHop(byte[] bytes)
    {
        if (!_steering.TryRead(bytes, out var header, out var payload))
        {
            return;
        }

        var datagram = bytes[payload];
        _world.Rules.NoteCame(header.Client, datagram.Length);
        if (!TryFindSession(header.Client, datagram, out var session))
        {
            PassFurther(header, datagram);
            return;
        }

        var isCheck = Shard.TryReadFragment(datagram, out _);
        // What went on from a third node does not say where it came in.
        Deliver(session, header.Client, datagram, via: header.IsOnward ? Number : header.Node);
        if (isCheck && IsOwn(session, header.Client))
        {
            Tell([header.Client]);
        }
    }

    /// <summary>Takes what came to another PoP, for this node or one whose sessions it has.</summary>
    public void TakeCrossing(byte[] message, string name)
    {
        if (!CrossingMessage.TryRead(message, out var header, out var payload))
        {
            return;
        }

        var isForSelf = string.Equals(name, Name, StringComparison.Ordinal);
        if (header.Kind != CrossingKind.Datagram)
        {
            if (isForSelf)
            {
                HearOfCrossing(header);
            }

            return;
        }

        var datagram = payload.ToArray();
        var isCheck = Shard.TryReadFragment(datagram, out _);
        if (TryFindSession(header.Client, datagram, out var session))
        {
            var proofs = _proofs;
            Deliver(session, header.Client, datagram);
            if ((isCheck || _proofs != proofs) && IsOwn(session, header.Client))
            {
                var word = _flows.WordOf(header.Client, shard: 0, Now);
                Cross(header.Pop, header.Node, CrossingKind.Owned, header.Client, [], word);
            }
        }
        else if (isForSelf && !isCheck && !IsQuiet)
        {
            Cross(header.Pop, header.Node, CrossingKind.Unowned, header.Client, []);
        }
    }

    private static bool IsOwn(NodeSession session, in NetworkAddress client) =>
        session.Held is null && session.Peer.Transport.Ice.IsValidated(client);

    private void PassOn(in NetworkAddress source, byte[] datagram)
    {
        _ = Shard.TryReadFragment(datagram, out var fragment);
        if (
            _steering.TrySteer(
                fragment,
                FlowStages.Of(datagram),
                source,
                out var steered,
                out var hop,
                Now
            )
        )
        {
            SendHop(steered.Owner, source, datagram, hop);
        }
        else if (steered.Action == SteeringAction.Cross)
        {
            TryCross(source, steered.Owner, datagram);
        }
        else if (_world.Mutation == ClusterMutation.Reflects)
        {
            Send(client: null, source, [.. datagram, .. datagram]);
        }
    }

    private void SendHop(
        FlowOwner owner,
        in NetworkAddress client,
        byte[] datagram,
        in NetworkAddress hop,
        bool isOnward = false
    )
    {
        var length = _steering.Write(_slot, owner, client, default, datagram, isOnward);
        if (length > 0)
        {
            _world.Tally.Hops++;
            _world.Tally.Onward += isOnward ? 1 : 0;
            _hopPort.Send(hop, _slot.AsSpan(0, length));
            _world.Flush();
        }
    }

    private void PassFurther(in HopHeader header, byte[] datagram)
    {
        _ = Shard.TryReadFragment(datagram, out var fragment);
        var stage = FlowStages.Of(datagram);
        if (_steering.TrySteerOn(fragment, stage, header, out var owner, out var hop, Now))
        {
            SendHop(owner, header.Client, datagram, hop, isOnward: true);
        }
        else if (_steering.TryFindAcross(header.Client, stage, out owner, Now))
        {
            TryCross(header.Client, owner, datagram);
        }
    }

    private void TryCross(in NetworkAddress client, FlowOwner owner, byte[] datagram)
    {
        if (_steering.MayCross(client, datagram.Length, Now))
        {
            _world.Tally.Crossed++;
            Cross(owner.OtherPop!.Value, owner.Node, CrossingKind.Datagram, client, datagram);
        }
    }

    private void Cross(
        ushort pop,
        ushort node,
        CrossingKind kind,
        in NetworkAddress client,
        byte[] datagram,
        FlowWord word = default
    )
    {
        var message = new byte[CrossingMessage.HeaderBytes + datagram.Length];
        var length = CrossingMessage.WriteHeader(
            message,
            new CrossingHeader(kind, _pop.Number, Number, client, Local: default)
            {
                Proof = word.Proof,
                ProvedAgo = word.ProvedAgo,
            }
        );
        datagram.CopyTo(message, length);
        _world.Cross(pop, node, message);
    }

    private void HearOfCrossing(in CrossingHeader header)
    {
        var said = new FlowWord(header.Client, Shard: 0)
        {
            HasEnded = header.Kind != CrossingKind.Owned,
            Proof = header.Proof,
            ProvedAgo = header.ProvedAgo,
        };
        if (!said.HasEnded)
        {
            ReleaseFlow(said);
        }

        if (!_flows.TryFind(header.Client, out _))
        {
            Tell([said]);
        }

        _steering.Hear(new(header.Node, Shard: 0) { OtherPop = header.Pop }, said, Now);
    }
}
