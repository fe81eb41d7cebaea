using Edge.Mesh;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Node.MeshLink;

/// <content>Making tracks of this node known to others. Threads: any.</content>
internal sealed partial class MeshEngine
{
    /// <summary>Room for what stands in a frame before its packets.</summary>
    private const int HeaderBytesMax = 64;

    /// <summary>Lets others watch a track; a frame without packets that says what it is, or null when it has
    /// ended.</summary>
    public async ValueTask<byte[]?> ExportAsync(StreamTrack stream, TrackToken token, string appId)
    {
        var exported = Export(stream, token, appId);
        var done = new TaskCompletionSource<LayerSnapshot?>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Ask(new ShardCommand.TellLayers(stream, exported, done));
        if (stream.Source is null)
        {
            done.TrySetResult(null);
        }

        return await done.Task is { } snapshot ? Write(exported, snapshot) : null;
    }

    /// <summary>Does what a change of a stream means for others.</summary>
    public void Apply(StreamChange change)
    {
        foreach (var track in change.Left)
        {
            End(track);
        }

        foreach (var track in change.Followed)
        {
            _ = Add(track);
            foreach (var shard in _node.Shards)
            {
                shard.Post(new ShardCommand.FollowRemote(track.Stream));
            }
        }

        foreach (var stream in change.Retired)
        {
            if (stream.Exported is { } exported)
            {
                Post(new MeshCommand.Withdraw(exported));
            }
        }
    }

    private ExportedTrack Export(StreamTrack stream, TrackToken token, string appId)
    {
        if (stream.Exported is { } known)
        {
            return known;
        }

        var exported = stream.Export(
            new ExportedTrack(token, MeshSubjects.AppToken(appId), stream)
        );
        Post(new MeshCommand.Export(exported));
        if (stream.IsRetired)
        {
            // It ended meanwhile, and who ended it saw nothing to withdraw.
            Post(new MeshCommand.Withdraw(exported));
        }

        return exported;
    }

    private byte[] Write(ExportedTrack track, LayerSnapshot snapshot)
    {
        Span<byte> state = stackalloc byte[MeshTrackState.BytesMax];
        Span<MeshLayerState> layers = stackalloc MeshLayerState[Forwarding.Tracks.Track.LayersMax];
        var length = TrackWording.WriteState(state, layers, snapshot, 0, MeshTrackEnd.None);
        var description = TrackWording.Write(track.Stream.Description.Kind, snapshot.Source.Format);
        Span<byte> frame = new byte[description.Length + MeshTrackState.BytesMax + HeaderBytesMax];
        var writer = new MeshFrameWriter(
            frame,
            new MeshFrameHeader(_life, snapshot.Source.Epoch, 0, WallNow()),
            description,
            state[..length]
        );
        return frame[..writer.Finish()].ToArray();
    }
}
