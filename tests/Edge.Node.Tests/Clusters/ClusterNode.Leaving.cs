using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Anycast.Steering;
using Edge.Node.HandOver;
using Edge.Node.HandOver.Letters;
using Edge.Node.HandOver.State;
using Edge.Primitives;

namespace Edge.Node.Tests.Clusters;

/// <content>Sessions that go to another node: as <c>Departure</c> and <c>SessionGiver</c> do it.</content>
internal sealed partial class ClusterNode
{
    private const int GroupSessionsMax = 3;

    private static readonly TimeSpan AskWithin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan GiveWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RoundInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>Whether it gives its sessions away, and ends.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Gives its sessions to the others of the PoP and ends.</summary>
    /// <param name="within">How long it may take.</param>
    /// <param name="then">What comes after its end.</param>
    public void Leave(TimeSpan within, Action then)
    {
        IsLeaving = true;
        Round(_world.Now + within, then);
    }

    private void Round(Instant deadline, Action then)
    {
        if (IsOver)
        {
            return;
        }

        if (_sessions.Count == 0 || _world.Now + GiveWithin > deadline)
        {
            LeaveRest();
            _world.After(Linger, () => EndInOrder(then));
            return;
        }

        var peers = new List<HandOverPeer>();
        foreach (var node in _pop.Nodes.Where(node => node != this))
        {
            var route = new HandOverRoute(_pop.Number, Number, node.Number);
            var nonce = new byte[HandOverAsk.NonceBytes];
            _world.Random.Fill(nonce);
            var ask = HandOverAsk.Write(_pop.Keys, route, nonce);
            _pop.Request(
                this,
                node.Name,
                (asked, answer) =>
                {
                    if (asked.HearAsk(ask) is { } bid)
                    {
                        answer(bid);
                    }
                },
                AskWithin,
                reply =>
                {
                    if (
                        reply is not null
                        && HandOverBid.Read(reply, _pop.Keys, route.Back, nonce)
                            is { Room: > 0 } peer
                    )
                    {
                        peers.Add(peer);
                    }
                }
            );
        }

        _world.After(
            AskWithin,
            () =>
            {
                if (!IsOver)
                {
                    GiveAll(
                        [.. peers],
                        () => _world.After(RoundInterval, () => Round(deadline, then))
                    );
                }
            }
        );
    }

    private void GiveAll(ImmutableArray<HandOverPeer> peers, Action then)
    {
        var groups = new Queue<NodeSession[]>(
            _sessions
                .Values.Where(session => session.IsConnected && session.Held is null)
                .Chunk(1 + _world.Random.NextInt32(GroupSessionsMax))
        );
        GiveNext(groups, new HandOverChoice(peers), then);
    }

    private void GiveNext(Queue<NodeSession[]> groups, HandOverChoice choice, Action then)
    {
        if (IsOver)
        {
            return;
        }

        if (!groups.TryDequeue(out var group) || !choice.HasRoom(group.Length))
        {
            then();
            return;
        }

        foreach (var session in group)
        {
            session.Held ??= [];
        }

        // What crosses threads in the product takes a moment.
        _world.After(
            TimeSpan.FromMilliseconds(5) * _world.Random.NextDouble(),
            () =>
            {
                if (!IsOver)
                {
                    var written = Write(group);
                    GiveWritten(written, choice, () => GiveNext(groups, choice, then));
                }
            }
        );
    }

    /// <summary>Writes those that can go; the others go on.</summary>
    private List<(NodeSession Session, byte[] Parcel)> Write(NodeSession[] group)
    {
        var written = new List<(NodeSession Session, byte[] Parcel)>();
        foreach (var session in group.Where(session => _sessions.ContainsValue(session)))
        {
            Settle(session);
            if (session.IsConnected && session.TryWrite(Now) is { } parcel)
            {
                _world.Rules.NoteReleased(session.Id, this);
                written.Add((session, parcel));
            }
            else
            {
                LetGoOn(session);
            }
        }

        return written;
    }

    private void GiveWritten(
        List<(NodeSession Session, byte[] Parcel)> written,
        HandOverChoice choice,
        Action then
    )
    {
        if (written.Count == 0)
        {
            then();
            return;
        }

        if (_world.Mutation == ClusterMutation.ForgetsIndices)
        {
            SendUnderFormerIndices(written);
        }

        if (!choice.TryChoose(written[0].Session.Id, written.Count, out var peer))
        {
            Return(written);
            then();
            return;
        }

        var group = GroupLetter.Write(written.ConvertAll(each => each.Parcel))!;
        var front = new HandOverFront(
            peer.KeyId,
            new(_pop.Number, Number, peer.Node),
            peer.Ticket,
            _world.DrawNumber()
        );
        var letter = HandOverLetter.Seal(
            _pop.Keys,
            front.KeyId,
            front.Route,
            front.Ticket,
            front.Id,
            group
        );
        var isSent = _pop.TryGive(
            this,
            peer.Node,
            letter,
            GiveWithin,
            reply =>
            {
                HandOverResult result = reply is null
                    ? new HandOverResult.Unknown()
                    : HandOverAnswer.Read(reply, _pop.Keys, front, HandOverLetter.Salt(letter));
                Conclude(result);
            }
        );
        if (!isSent)
        {
            Conclude(new HandOverResult.Refused(HandOverRefusal.NotSent));
        }

        void Conclude(HandOverResult result)
        {
            if (
                result is HandOverResult.Unknown
                && _world.Mutation == ClusterMutation.TakesSilenceForNo
            )
            {
                result = new HandOverResult.Refused(HandOverRefusal.NotSent);
            }

            _world.Rules.Note(
                $"{this} gave {string.Join(", ", written.Select(each => each.Session.Client))}: {result}"
            );
            if (result is HandOverResult.Refused)
            {
                choice.Exclude(peer);
                GiveWritten(written, choice, then);
                return;
            }

            foreach (var (session, parcel) in written)
            {
                Forget(session, parcel, result is HandOverResult.Taken ? peer.Node : null);
            }

            then();
        }
    }

    /// <summary>A session is another node's, or nobody knows whose.</summary>
    private void Forget(NodeSession session, byte[] parcel, ushort? to)
    {
        _sessions.Remove(session.Fragment);
        _adopted.Remove(session.Fragment);
        foreach (var (client, owner) in _flows)
        {
            if (owner == session)
            {
                _flows.Remove(client);
            }
        }

        if (to is not { } node)
        {
            _world.Tally.Lost++;
            session.Client.Lose("its letter was not answered");
            return;
        }

        var clients = new NetworkAddress[session.Routes.Count];
        for (var index = 0; index < clients.Length; index++)
        {
            clients[index] = session.Routes[index].Remote;
        }

        _hasGiven = true;
        _ = _steering.TryHear(FlowsOf(node, clients, hasEnded: false, isRepeated: false), Now);
        _ = _steering.TryHearAdoptions(
            AdoptionsOf(node, [session.Fragment], isRepeated: false),
            Now
        );
        if (_steering.TryFindHop(node, out var hop))
        {
            foreach (var (source, datagram) in session.Held ?? [])
            {
                SendHop(new FlowOwner(node, Shard: 0), source, datagram, hop);
            }
        }

        if (_world.Mutation == ClusterMutation.KeepsWhatItGave)
        {
            Resume(NodeSession.TryRead(parcel, _world, _factory, Now)!);
        }
    }

    /// <summary>Nobody took them: they go on here.</summary>
    private void Return(List<(NodeSession Session, byte[] Parcel)> written)
    {
        foreach (var (session, parcel) in written)
        {
            _world.Tally.Returned++;
            _world.Rules.Note($"{this} has {session.Client} back");
            _sessions.Remove(session.Fragment);
            var again = NodeSession.TryRead(parcel, _world, _factory, Now)!;
            Resume(again);
            foreach (var (source, datagram) in session.Held ?? [])
            {
                Deliver(again, source, datagram);
            }
        }
    }

    private void LetGoOn(NodeSession session)
    {
        var held = session.Held ?? [];
        session.Held = null;
        foreach (var (source, datagram) in CollectionsMarshal.AsSpan(held))
        {
            Deliver(session, source, datagram);
        }
    }

    /// <summary>As no node should: goes on with what is written, and sends what is out of date.</summary>
    private void SendUnderFormerIndices(List<(NodeSession Session, byte[] Parcel)> written)
    {
        foreach (var (session, parcel) in written)
        {
            var zombie = NodeSession.TryRead(parcel, _world, _factory, Now)!;
            zombie.SendMedia((_, _) => { }, _slot, Now);
            zombie.Peer.Discard();
        }
    }

    /// <summary>Tells those that stayed to go.</summary>
    private void LeaveRest()
    {
        foreach (var session in _sessions.Values.ToArray())
        {
            session.Client.Lose($"{this} is over");
            session.Peer.Close(Now);
            Settle(session);
        }
    }

    private void EndInOrder(Action then)
    {
        if (!IsOver)
        {
            _pop.Remove(this, "ended");
            then();
        }
    }
}
