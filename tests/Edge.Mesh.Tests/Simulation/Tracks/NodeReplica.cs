using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>A track with its viewers as a shard has it: Edge.Node's TrackReplica.</summary>
internal sealed class NodeReplica(NodeTrack stream, Track track)
{
    public NodeTrack Stream => stream;

    public Track Track => track;

    public NodeSource? Source { get; private set; }

    public long ChoicesSeen { get; set; }

    public bool IsTouched { get; set; }

    public bool IsClosed { get; set; }

    public Instant DueAt { get; set; } = Instant.Never;

    public bool TryFollow(NodeSource source, Instant now)
    {
        if (ReferenceEquals(source, Source))
        {
            return true;
        }

        if (source.Epoch == Source?.Epoch)
        {
            if (ReferenceEquals(source, Stream.Source))
            {
                Source = source;
                track.EndLayerStates();
            }

            return true;
        }

        if (!source.IsNewerThan(Source))
        {
            return false;
        }

        Source = source;
        track.StartSource(source.Epoch, source.Rids, now);
        return true;
    }

    public void End(NodeSource source, Instant now)
    {
        if (ReferenceEquals(source, Source))
        {
            track.EndSource(now);
        }
    }
}
