using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Mesh.Names;
using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Names;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Wire.Mesh;
using Edge.Wire.Payload;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <content>What StreamDesk does.</content>
internal sealed partial class SimulatedNode
{
    /// <summary>Source: StreamDesk.AskWithin.</summary>
    private static readonly TimeSpan AskWithin = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, NodeName> _names = new(StringComparer.Ordinal);

    private NodeName OpenName(string stream)
    {
        if (!_names.TryGetValue(stream, out var name))
        {
            name = new NodeName(App, stream, Address);
            _names.Add(stream, name);
            foreach (var bus in Buses)
            {
                name.Hearing.Add(
                    bus.Subscribe(name.ClaimSubject, parcel => HandleClaim(name, stream, parcel))
                );
            }
        }

        return name;
    }

    private static void Close(List<BusSubscription> subscriptions)
    {
        foreach (var subscription in subscriptions)
        {
            subscription.Dispose();
        }

        subscriptions.Clear();
    }

    private void SayClaimsAgain()
    {
        foreach (var (stream, name) in _names)
        {
            if (name.Claims.TryRepeat(out var said, _world.Now))
            {
                Say(name, said);
            }
            else if (
                name.Claims.Own is null
                && name.Waiting.Count == 0
                && !_streams.ContainsKey(stream)
            )
            {
                Close(name.Hearing);
                _names.Remove(stream);
            }
        }
    }

    private void Say(NodeName name, in ClaimNotice notice)
    {
        _world.Log?.Add(_world.Line($"{this} says {notice}"));
        var bytes = NodeNotice.Write(notice);
        foreach (var bus in Buses)
        {
            _ = bus.TryPublish(name.ClaimSubject, bytes);
        }
    }

    private void HandleClaim(NodeName name, string stream, BusParcel parcel)
    {
        var heard = NodeNotice.Read(parcel.Payload);
        if (heard.Claim.Owner == Address)
        {
            return;
        }

        var remote = _streams.GetValueOrDefault(stream)?.Remote;
        _world.Log?.Add(
            _world.Line(
                $"{this} hears {heard} of {stream}, own {name.Claims.Own}, follows {remote?.Claim}"
            )
        );
        if (heard.HasEnded)
        {
            if (remote is not null && !remote.Claim.IsNewerThan(heard.Claim))
            {
                HandleGone(remote);
            }

            return;
        }

        var verdict = name.Claims.Judge(heard, remote?.Claim, out var answer, _world.Now);
        if (verdict == ClaimVerdict.Answer)
        {
            Say(name, answer);
        }
        else if (verdict == ClaimVerdict.Ask)
        {
            AskOwner(name, stream, heard.Claim);
        }
    }

    private void AskOwner(NodeName name, string stream, StreamClaim heard) =>
        BusTo(heard.Owner.Pop)
            .Request(
                MeshSubjects.Peer(heard.Owner),
                System.Text.Encoding.UTF8.GetBytes(stream),
                AskWithin,
                (kind, payload) =>
                {
                    _world.Log?.Add(_world.Line($"{this} asked {heard} of {stream}: {kind}"));
                    if (kind == BusReplyKind.Answered)
                    {
                        _ = Follow(stream, payload);
                    }

                    name.Claims.EndAsk(heard);
                }
            );

    private void Ask(NodeName name, string stream, Queue<BusClient> buses)
    {
        if (!buses.TryDequeue(out var bus))
        {
            EndFind(name);
            return;
        }

        bus.Request(
            name.StreamSubject,
            [],
            AskWithin,
            (kind, payload) =>
            {
                _world.Log?.Add(_world.Line($"{this} asked who has {stream}: {kind}"));
                if (kind == BusReplyKind.Answered && Follow(stream, payload))
                {
                    EndFind(name);
                }
                else
                {
                    Ask(name, stream, buses);
                }
            }
        );
    }

    private static void EndFind(NodeName name)
    {
        var waiting = name.Waiting.ToArray();
        name.Waiting.Clear();
        foreach (var done in waiting)
        {
            done();
        }
    }

    private bool Follow(string name, byte[] payload)
    {
        var (claim, token, frame) = NodeAnswer.Read(payload);
        var demand = new DemandKey(claim.Owner, App);
        if (frame.Length == 0 || NodeOffer.Read(frame, token, demand) is not { } offer)
        {
            return false;
        }

        var own = OpenName(name).Claims.Own;
        var stream = OpenStream(name);
        var isOlder =
            (stream.Publisher is not null && own is { } here && !claim.IsNewerThan(here))
            || (stream.Remote is { } other && !claim.IsNewerThan(other.Claim));
        _world.Log?.Add(
            _world.Line($"{this} {(isOlder ? "does not follow" : "follows")} {claim} of {name}")
        );
        if (!isOlder)
        {
            var change = new NodeChange();
            stream.Follow(new NodeRemoteStream(name, claim, [offer]), name, change, _world.Now);
            Apply(change);
        }

        return true;
    }

    private void HandleQuestion(BusClient bus, BusParcel parcel) =>
        Answer(bus, parcel, System.Text.Encoding.UTF8.GetString(parcel.Payload));

    /// <summary>Says what this node publishes of a stream.</summary>
    private void Answer(BusClient bus, BusParcel parcel, string stream)
    {
        if (parcel.ReplyTo is not { } replyTo)
        {
            return;
        }

        var own = _names.GetValueOrDefault(stream)?.Claims.Own;
        if (
            own is not { } claim
            || PlayableTrack(stream) is not { Source.Origin: NodeSession session } track
        )
        {
            Reply(NodeAnswer.Write(own ?? new StreamClaim(0, Address), default, []));
            return;
        }

        var exported = Export(track, session);
        PostShard(() =>
        {
            if (track.Source is not { } source)
            {
                Reply(NodeAnswer.Write(claim, exported.Token, []));
                return;
            }

            TellLayers(
                source,
                exported,
                layers =>
                    Reply(
                        NodeAnswer.Write(claim, exported.Token, layers.ToFrame(Address, WallNow()))
                    )
            );
        });

        void Reply(byte[] answer) => _ = bus.TryPublish(replyTo, answer);
    }

    private ExportedTrack Export(NodeTrack track, NodeSession session)
    {
        if (track.Exported is { } known)
        {
            return known;
        }

        var exported = new ExportedTrack(
            TrackToken.Create($"session-{session.Number}", "0"),
            App,
            MediaKind.Video,
            track
        );
        track.Exported = exported;
        PostEngine(() => _exports.Export(exported));
        if (track.IsRetired)
        {
            PostEngine(() => _exports.Withdraw(exported, WallNow()));
        }

        return exported;
    }
}
