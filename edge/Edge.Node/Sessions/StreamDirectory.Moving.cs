using Edge.Mesh.Names;
using Edge.Node.MeshLink;
using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <content>Sessions that move between nodes of the PoP.</content>
internal sealed partial class StreamDirectory
{
    /// <summary>Puts a publisher that came from another node behind its stream's name: nothing ends, and who plays it here
    /// notices nothing. One that somebody has replaced meanwhile is closed.</summary>
    /// <param name="moved">The publisher.</param>
    /// <param name="own">The claim of this node's publisher, if it has one.</param>
    public StreamChange PublishMoved(MovedPublisher moved, StreamClaim? own)
    {
        var change = new StreamChange();
        lock (_lock)
        {
            var key = moved.Session.Stream;
            if (!_streams.TryGetValue(key, out var stream))
            {
                stream = new NamedStream(_life);
                _streams.Add(key, stream);
            }

            var isReplaced =
                (stream.Publisher is not null && own is { } here && here.IsNewerThan(moved.Claim))
                || (stream.Remote is { } other && other.Claim.IsNewerThan(moved.Claim));
            if (isReplaced)
            {
                stream = new NamedStream(_life);
                change.Closing.Add(moved.Session);
            }

            stream.PublishMoved(moved, _shardCount, change);
        }

        return change;
    }

    /// <summary>A publisher or player goes on at another node: it leaves with its tracks, and nothing ends.</summary>
    /// <param name="session">The session.</param>
    /// <param name="followed">What the tracks of a publisher are at the other node, where viewers of this node stay; null
    /// when they are not taken from there, and who stays waits for a publisher.</param>
    /// <param name="now">The time.</param>
    public StreamChange ForgetMoved(Session session, RemoteStream? followed, Instant now)
    {
        var change = new StreamChange();
        lock (_lock)
        {
            if (_streams.TryGetValue(session.Stream, out var stream))
            {
                stream.ForgetMoved(session, followed, change, now);
                if (stream.IsAbandoned)
                {
                    _streams.Remove(session.Stream);
                }
            }
        }

        return change;
    }
}
