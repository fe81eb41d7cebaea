using System.Diagnostics.CodeAnalysis;
using Edge.Mesh.Peers;
using Edge.Primitives;

namespace Edge.Mesh.Paths;

/// <summary>The ways from other PoPs, and which layers may be asked for over them.</summary>
/// <remarks>
/// One path for each node whose tracks are watched: nodes of a PoP share the connection, but not their clocks, and each
/// path is measured by what comes over it. A layer that its path has no room for is not asked for, and viewers are told that
/// it does not live; they take the next lower one that does. Where there is no lower one the publisher is told how much
/// there is room for. A track that another node goes on with stays where it is: it crosses the same link, by the former node's
/// clock. Sans-IO. Threads: one owner; meters any.
/// </remarks>
/// <param name="peers">Where it is counted what comes, of whom.</param>
public sealed class PathBook(PeerPops peers)
{
    private readonly Dictionary<NodeAddress, Path> _paths = [];
    private readonly Dictionary<
        IPathTrack,
        (Path Path, PathShare Share, NodeAddress Owner)
    > _tracks = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<PathShare> _changed = new();
    private Instant _dueAt = Instant.Never;

    /// <summary>Paths that carry less than is wanted over them.</summary>
    public int ShortPaths { get; private set; }

    /// <summary>A track of another node is watched; what counts its frames.</summary>
    public PathMeter Add(IPathTrack track, NodeAddress owner, Instant now)
    {
        if (!_paths.TryGetValue(owner, out var path))
        {
            path = new Path(peers.Of(owner.Pop));
            _paths.Add(owner, path);
        }

        if (!_dueAt.IsSet)
        {
            _dueAt = now + PathBudget.Interval;
        }

        var share = new PathShare(track);
        _tracks.Add(track, (path, share, owner));
        path.Add(share);
        return path.Meter;
    }

    /// <summary>A track is not watched any more. What is known of its path is kept for as long as others of that
    /// node are watched.</summary>
    public void Remove(IPathTrack track)
    {
        if (!_tracks.Remove(track, out var known))
        {
            return;
        }

        known.Path.Remove(known.Share);
        if (known.Path.Count == 0)
        {
            _paths.Remove(known.Owner);
            known.Path.End();
        }
    }

    /// <summary>Other layers of a track are wanted than before: they are looked at anew.</summary>
    public void Reconsider(IPathTrack track)
    {
        if (_tracks.TryGetValue(track, out var known))
        {
            known.Path.Reconsider();
        }
    }

    /// <summary>The layers of a track that may be asked for, one bit each.</summary>
    public uint Allowed(IPathTrack track) =>
        _tracks.TryGetValue(track, out var known) ? known.Share.Allowed : PathShare.All;

    /// <summary>The most of a track that its way has room for; <see cref="Bitrate.Unlimited"/> while that is not
    /// known or layers can be left out instead.</summary>
    public Bitrate Ceiling(IPathTrack track) =>
        _tracks.TryGetValue(track, out var known) ? known.Share.Ceiling : Bitrate.Unlimited;

    /// <summary>Whether the way of a track was found to carry less than is wanted over it.</summary>
    public bool IsNarrow(IPathTrack track) =>
        _tracks.TryGetValue(track, out var known) && known.Path.Budget.IsBounded;

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (now < _dueAt)
        {
            return;
        }

        ShortPaths = 0;
        foreach (var path in _paths.Values)
        {
            path.HandleTimeout(_changed, now);
            ShortPaths += path.IsShort ? 1 : 0;
        }

        _dueAt = _paths.Count > 0 ? now + PathBudget.Interval : Instant.Never;
    }

    /// <summary>When something is due.</summary>
    public Instant PollTimeout() => _dueAt;

    /// <summary>Takes a track of which other layers, or more or less of the one, may be asked for than before; false when there is none.</summary>
    public bool PollEvent([NotNullWhen(true)] out IPathTrack? track)
    {
        while (_changed.TryDequeue(out var share))
        {
            if (_tracks.ContainsKey(share.Track))
            {
                track = share.Track;
                return true;
            }
        }

        track = null;
        return false;
    }
}
