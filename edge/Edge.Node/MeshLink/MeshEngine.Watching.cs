using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <content>Tracks of others for this node.</content>
internal sealed partial class MeshEngine
{
    private readonly ConcurrentDictionary<TrackToken, RemoteTrack> _remote = new();
    private readonly Dictionary<TrackToken, RemoteTrack> _watched = [];

    /// <summary>Finds a track of another node that is known here. Threads: any.</summary>
    public bool TryFind(in TrackToken token, [NotNullWhen(true)] out RemoteTrack? track) =>
        _remote.TryGetValue(token, out track) && !track.IsOver;

    /// <summary>All tracks of other nodes that are known here, at about this moment. Threads: any.</summary>
    public IEnumerable<RemoteTrack> Remote => _remote.Select(named => named.Value);

    /// <summary>Takes a track of another node from now on; the one that is known already, if there is one.
    /// Threads: any.</summary>
    public RemoteTrack Add(RemoteTrack track)
    {
        while (true)
        {
            var known = _remote.GetOrAdd(track.Token, track);
            if (ReferenceEquals(known, track))
            {
                track.Stream.Remote = track;
                track.Stream.Source = track.Inlet.Source;
                Post(new MeshCommand.Watch(track));
                return track;
            }

            if (!known.IsOver)
            {
                return known;
            }

            _ = _remote.TryRemove(KeyValuePair.Create(known.Token, known));
        }
    }

    /// <summary>A track of another node is over: it has ended there, or nobody wants it here. Threads: any.</summary>
    public void End(RemoteTrack track)
    {
        if (track.TryEnd())
        {
            _ = _remote.TryRemove(KeyValuePair.Create(track.Token, track));
            Post(new MeshCommand.Unwatch(track));
        }
    }

    /// <summary>How long a track of another node is kept that nobody watches. Chosen: longer than any client
    /// that pulled it takes to connect.</summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(60);

    /// <summary>Lets go of tracks of other nodes that nobody watches here. Threads: housekeeping.</summary>
    public void KeepHouse(Instant now)
    {
        foreach (var track in Remote)
        {
            if (track.Of is not null || track.Stream.ShardsWithViewers != 0)
            {
                track.IdleSince = Instant.Never;
            }
            else if (!track.IdleSince.IsSet)
            {
                track.IdleSince = now;
            }
            else if (now - track.IdleSince > IdleMax)
            {
                End(track);
                _node.Apply(track.Retire());
            }
        }
    }

    private void Watch(RemoteTrack track, Instant now)
    {
        if (_watched.TryGetValue(track.Token, out var before))
        {
            Unwatch(before, now);
        }

        if (track.IsOver || !_watches.TryAdd(track.Token, track.Key, now))
        {
            return;
        }

        _watched[track.Token] = track;
        EnterPath(track, now);
        LookAtWanted(track, now);
    }

    private void Unwatch(RemoteTrack track, Instant now)
    {
        // Another one may have taken its place already.
        if (_watched.TryGetValue(track.Token, out var known) && ReferenceEquals(known, track))
        {
            _watches.Remove(track.Token, now);
            TakeWatchEvents();
            _watched.Remove(track.Token);
            _paths.Remove(track);
        }
    }

    private void TakeWatchEvents()
    {
        while (_watches.PollEvent(out var happened))
        {
            var place = (happened.Track, happened.Layer);
            if (happened.Kind == WatchEventKind.Subscribe)
            {
                Subscribe(happened, place);
            }
            else if (_subscriptions.Remove(place, out var subscription))
            {
                subscription.Dispose();
                if (_watched.TryGetValue(happened.Track, out var track))
                {
                    _node
                        .Shards[track.OwnerShard]
                        .Post(new ShardCommand.ForgetLayer(track, happened.Layer));
                }
            }
        }
    }

    private void Subscribe(in WatchEvent happened, (TrackToken, int) place)
    {
        if (!_watched.TryGetValue(happened.Track, out var track))
        {
            return;
        }

        var bus = MediaBusTo(happened.Key.Owner.Pop);
        var subject = MeshSubjects.Media(happened.Key.App, happened.Track, happened.Layer);
        _subscriptions[place] = bus.SubscribeDirect(
            subject,
            message => _node.Shards[track.OwnerShard].TryPostFrame(track, message.Payload)
        );
    }

    /// <summary>Says to owners what is wanted here, as far as it is due.</summary>
    private void SayWhatIsWanted(Instant now)
    {
        while (true)
        {
            var length = _watches.PollTransmit(_demand, now, out var key);
            if (length == 0)
            {
                return;
            }

            var subject = MeshSubjects.Demand(key.App, key.Owner);
            if (!BusTo(key.Owner).TryPublish(subject, _demand.AsSpan(0, length)))
            {
                // It is said again by itself.
                _stats.Refused++;
            }
        }
    }

    /// <summary>A frame for this node alone. Threads: the bus's, several at once.</summary>
    private void HandleCached(BusMessage message)
    {
        if (!TrackToken.TryParse(MeshSubjects.Token(message.Subject, 4), out var token))
        {
            return;
        }

        var app = MeshSubjects.Token(message.Subject, 1);
        if (_remote.TryGetValue(token, out var track) && app.SequenceEqual(track.Key.App))
        {
            _node.Shards[track.OwnerShard].TryPostFrame(track, message.Payload);
        }
        else if (Channels.TryFind(token, out var channel) && app.SequenceEqual(channel.Key.App))
        {
            _node
                .Shards[channel.OwnerShard]
                .TryPostMessage(channel, message.Payload, isNotice: true);
        }
    }
}
