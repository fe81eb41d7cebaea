using Edge.Mesh.Exports;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Names;

/// <summary>A stream under its name: Edge.Node's NamedStream, with one track.</summary>
internal sealed class NodeStream(ulong life)
{
    /// <summary>Source: NamedStream.UnusedMax.</summary>
    private static readonly TimeSpan UnusedMax = TimeSpan.FromSeconds(10);

    private readonly HashSet<NodePlayed> _players = [];
    private Instant _followedAt = Instant.Never;

    public NodeTrack? Track { get; private set; }

    public NodeSession? Publisher { get; private set; }

    public NodeRemoteStream? Remote { get; private set; }

    public bool IsAbandoned => Publisher is null && _players.Count == 0;

    public IReadOnlyCollection<NodePlayed> Players => _players;

    /// <summary>Whether it came from another node for a player who did not come.</summary>
    public bool IsUnused(Instant now) =>
        IsAbandoned && _followedAt.IsSet && now - _followedAt > UnusedMax;

    public void Publish(NodeSession session, string name, NodeChange change)
    {
        if (Publisher is { } replaced)
        {
            change.Closing.Add(replaced);
        }

        Leave(change);
        Track ??= new NodeTrack(name, life);
        var source = new NodeSource(
            Track,
            Track.NextEpoch(),
            session,
            NodeFormat.Of(session.Publisher.Options.Layers)
        );
        session.Inlet = new NodeInlet(source);
        Track.Feed = null;
        Track.Source = source;
        Publisher = session;
    }

    public void Follow(NodeRemoteStream remote, string name, NodeChange change, Instant now)
    {
        _followedAt = now;
        if (Publisher is { } replaced)
        {
            change.Closing.Add(replaced);
            Publisher = null;
        }

        TakeOver(remote, change);
        var goingOn = remote.Tracks.Count;
        Leave(change);
        foreach (var offer in remote.Offers)
        {
            if (remote.Tracks.Exists(track => track.Token == offer.Token))
            {
                continue;
            }

            Track ??= new NodeTrack(name, life);
            remote.Tracks.Add(new NodeFeed(offer, Track));
        }

        foreach (var feed in remote.Tracks)
        {
            feed.Of = remote;
        }

        foreach (var feed in remote.Tracks[goingOn..])
        {
            feed.Track.Feed = feed;
            feed.Track.Source = feed.Inlet.Source;
            change.Followed.Add(feed);
        }

        Remote = remote;
    }

    /// <summary>A publisher of another node goes on here.</summary>
    public void PublishMoved(NodeSession session, ExportMemory memory, NodeChange change)
    {
        if (Remote?.Tracks.Find(feed => feed.Token == memory.Token) is { } feed)
        {
            Remote.Tracks.Remove(feed);
            change.Left.Add(feed);
        }

        Track ??= new NodeTrack(session.Publisher.Stream, life);
        var before = Track.Source;
        var epoch = before?.Exported.Name == memory.Name ? before.Epoch : Track.NextEpoch();
        Track.GoOn(memory.Name, epoch);
        var source = new NodeSource(
            Track,
            epoch,
            session,
            NodeFormat.Of(session.Publisher.Options.Layers)
        );
        session.Inlet = new NodeInlet(source);
        Track.Feed = null;
        Track.Source = source;
        Leave(change);
        Publisher = session;
    }

    /// <summary>A publisher goes on elsewhere.</summary>
    public void ForgetMoved(NodeSession session, NodeChange change)
    {
        if (ReferenceEquals(Track?.Source?.Origin, session))
        {
            Track.Source = null;
        }

        if (Publisher == session)
        {
            Publisher = null;
        }

        RetireIfAbandoned(change);
    }

    public void HandleGone(NodeRemoteStream remote, NodeChange change)
    {
        if (ReferenceEquals(remote, Remote))
        {
            Leave(change);
            RetireIfAbandoned(change);
        }
    }

    public void AddPlayer(NodePlayed played) => _players.Add(played);

    public void Remove(NodePlayed played, NodeChange change)
    {
        _players.Remove(played);
        RetireIfAbandoned(change);
    }

    public void Remove(NodeSession session, NodeChange change)
    {
        var source = session.Inlet!.Source;
        change.Ended.Add(source);
        if (ReferenceEquals(source.Track.Source?.Origin, session))
        {
            source.Track.Source = null;
        }

        if (Publisher == session)
        {
            Publisher = null;
        }

        RetireIfAbandoned(change);
    }

    public void RetireIfAbandoned(NodeChange change)
    {
        if (!IsAbandoned)
        {
            return;
        }

        Leave(change);
        if (Track is { } track)
        {
            track.IsRetired = true;
            change.Retired.Add(track);
            Track = null;
        }
    }

    private void TakeOver(NodeRemoteStream remote, NodeChange change)
    {
        if (Remote is not { } before)
        {
            return;
        }

        foreach (var offer in remote.Offers)
        {
            var index = before.Tracks.FindIndex(feed =>
                feed.Token == offer.Token
                && feed.Key.Owner.Pop == offer.Key.Owner.Pop
                && !feed.IsOver
            );
            if (index >= 0)
            {
                var feed = before.Tracks[index];
                remote.Tracks.Add(feed);
                before.Tracks.RemoveAt(index);
                if (feed.Key != offer.Key)
                {
                    change.Moved.Add((feed, offer.Key.Owner));
                }
            }
        }
    }

    private void Leave(NodeChange change)
    {
        if (Remote is not { } remote)
        {
            return;
        }

        foreach (var feed in remote.Tracks)
        {
            change.Left.Add(feed);
            if (feed.Track.Source is { } source && ReferenceEquals(source.Origin, feed))
            {
                change.Ended.Add(source);
                feed.Track.Source = null;
                feed.Track.Feed = null;
            }
        }

        Remote = null;
    }
}
