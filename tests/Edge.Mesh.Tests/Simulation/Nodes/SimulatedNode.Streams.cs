using Edge.Forwarding.Tracks;
using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Mesh.Tests.Simulation.Names;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <content>What MediaNode and StreamDirectory do.</content>
internal sealed partial class SimulatedNode
{
    private readonly Dictionary<string, NodeStream> _streams = new(StringComparer.Ordinal);

    /// <summary>Lets a publisher in.</summary>
    public NodeSession Publish(SimulatedPublisher publisher, uint number)
    {
        var session = new NodeSession(this, publisher, number);
        var change = new NodeChange();
        OpenStream(publisher.Stream).Publish(session, publisher.Stream, change);
        PostShard(() => _sessions.Add(session));
        Apply(change);
        var name = OpenName(publisher.Stream);
        var notice = name.Claims.Publish(_world.WallTicks(_wallOffset), _world.Now);
        if (name.Answering.Count == 0)
        {
            foreach (var bus in Buses)
            {
                name.Answering.Add(
                    bus.Subscribe(
                        name.StreamSubject,
                        parcel => Answer(bus, parcel, publisher.Stream)
                    )
                );
            }
        }

        Say(name, notice);
        return session;
    }

    /// <summary>Ends a publisher's session.</summary>
    public void Close(NodeSession session)
    {
        if (IsUp)
        {
            PostShard(() => Finish(session));
        }
    }

    /// <summary>Lets a viewer in, if the stream is published anywhere.</summary>
    /// <param name="viewer">Who wants to play.</param>
    /// <param name="done">Told what it plays; null when nobody publishes.</param>
    public void Play(SimulatedViewer viewer, Action<NodePlayed?> done)
    {
        if (PlayableTrack(viewer.Stream) is not null)
        {
            done(Play(viewer));
            return;
        }

        Find(
            viewer.Stream,
            () =>
            {
                if (IsUp)
                {
                    done(Play(viewer));
                }
            }
        );
    }

    /// <summary>Lets one of a crowd in; null when nobody publishes.</summary>
    public NodePlayed? Join(string stream)
    {
        if (PlayableTrack(stream) is not { } track)
        {
            return null;
        }

        return Add(stream, track, viewer: null);
    }

    /// <summary>Finds a stream that another node publishes; the callback comes however that ends.</summary>
    public void Find(string stream, Action done)
    {
        var name = OpenName(stream);
        name.Waiting.Add(done);
        if (name.Waiting.Count == 1)
        {
            Ask(name, stream, new Queue<BusClient>(Buses));
        }
    }

    /// <summary>A viewer has gone.</summary>
    public void Leave(NodePlayed played)
    {
        if (!IsUp)
        {
            return;
        }

        PostShard(() =>
        {
            Detach(played);
            if (_streams.TryGetValue(played.Track.Stream, out var stream))
            {
                var change = new NodeChange();
                stream.Remove(played, change);
                DropIfAbandoned(played.Track.Stream, stream);
                Apply(change);
            }
        });
    }

    /// <summary>A viewer chooses a layer.</summary>
    public void Prefer(NodePlayed played, Rid rid) =>
        PostShard(() =>
        {
            if (played.Replica is { } replica)
            {
                replica.Track.SetPreferredRid(
                    played.Subscription,
                    rid,
                    Forwarding.LayerSelection.LayerFallback.Quality,
                    _world.Now
                );
                Touch(replica);
            }
            else
            {
                played.Subscription.Prefer(rid, Forwarding.LayerSelection.LayerFallback.Quality);
            }
        });

    private NodeTrack? PlayableTrack(string name) =>
        _streams.TryGetValue(name, out var stream) && stream.Track is { Source: not null } track
            ? track
            : null;

    private NodePlayed? Play(SimulatedViewer viewer) =>
        PlayableTrack(viewer.Stream) is { } track ? Add(viewer.Stream, track, viewer) : null;

    private NodePlayed Add(string name, NodeTrack track, SimulatedViewer? viewer)
    {
        var subscription = new Subscription(
            new SequenceNumber((ushort)_random.NextInt32(0x8000)),
            _random.NextUInt32()
        );
        if (viewer is not null)
        {
            subscription.Prefer(viewer.Preferred, Forwarding.LayerSelection.LayerFallback.Quality);
        }

        var played = new NodePlayed(track, subscription, viewer);
        _streams[name].AddPlayer(played);
        PostShard(() => Attach(played, _world.Now));
        return played;
    }

    private void Finish(NodeSession session)
    {
        if (session.IsClosed)
        {
            return;
        }

        session.IsClosed = true;
        _sessions.Remove(session);
        session.Publisher.HandleClosed(session);
        var key = session.Publisher.Stream;
        if (_streams.TryGetValue(key, out var stream))
        {
            var change = new NodeChange();
            stream.Remove(session, change);
            DropIfAbandoned(key, stream);
            Apply(change);
        }

        if (
            stream?.Publisher is null
            && _names.TryGetValue(key, out var name)
            && name.Claims.TryUnpublish(out var ended)
        )
        {
            Close(name.Answering);
            Say(name, ended);
        }
    }

    /// <summary>Tells the shard and the mesh what a change of a stream means for them.</summary>
    private void Apply(NodeChange change)
    {
        foreach (var session in change.Closing)
        {
            PostShard(() => Finish(session));
        }

        foreach (var source in change.Ended)
        {
            PostShard(() =>
            {
                if (source.Track.Replica is { } replica)
                {
                    replica.End(source, _world.Now);
                    Touch(replica);
                    CloseIfIdle(replica);
                }
            });
        }

        foreach (var track in change.Retired)
        {
            PostShard(() =>
            {
                if (track.Replica is { } replica)
                {
                    CloseIfIdle(replica);
                }
            });
        }

        foreach (var feed in change.Left)
        {
            End(feed);
        }

        foreach (var (feed, owner) in change.Moved)
        {
            PostEngine(() => HandOver(feed, owner));
        }

        foreach (var feed in change.Followed)
        {
            Add(feed);
            PostShard(() =>
            {
                if (feed.Track.Replica is { } replica)
                {
                    Introduce(replica, _world.Now);
                    Touch(replica);
                }
            });
        }

        foreach (var track in change.Retired)
        {
            if (track.Exported is { } exported)
            {
                PostEngine(() => _exports.Withdraw(exported, WallNow()));
            }
        }
    }

    private void HandleGone(NodeRemoteStream remote)
    {
        _world.Log?.Add(_world.Line($"{this} hears that {remote.Claim} of {remote.Name} is gone"));
        if (_streams.TryGetValue(remote.Name, out var stream))
        {
            var change = new NodeChange();
            stream.HandleGone(remote, change);
            DropIfAbandoned(remote.Name, stream);
            Apply(change);
        }
    }

    private void DropIfAbandoned(string name, NodeStream stream)
    {
        if (stream.IsAbandoned)
        {
            _streams.Remove(name);
        }
    }

    private void DropUnused()
    {
        foreach (var (name, stream) in _streams)
        {
            if (stream.IsUnused(_world.Now))
            {
                var change = new NodeChange();
                stream.RetireIfAbandoned(change);
                _streams.Remove(name);
                Apply(change);
            }
        }
    }

    private NodeStream OpenStream(string name)
    {
        if (!_streams.TryGetValue(name, out var stream))
        {
            stream = new NodeStream(_life);
            _streams.Add(name, stream);
        }

        return stream;
    }
}
