using Edge.Mesh;
using Edge.Mesh.Exports;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <content>Making tracks of this node known to others. Threads: any.</content>
internal sealed partial class MeshEngine
{
    /// <summary>Lets others watch a track; a frame without packets that says what it is, or null when it has
    /// ended.</summary>
    public async ValueTask<byte[]?> ExportAsync(StreamTrack stream, TrackToken token, string appId)
    {
        var exported = Export(stream, token, appId);
        var done = new TaskCompletionSource<ExportedLayers?>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Ask(new ShardCommand.TellLayers(stream, exported, done));
        if (stream.Source is null)
        {
            done.TrySetResult(null);
        }

        return await done.Task is { } layers ? layers.ToFrame(_self, WallNow()) : null;
    }

    /// <summary>Does what a change of a stream means for others.</summary>
    public void Apply(StreamChange change)
    {
        foreach (var track in change.Left)
        {
            End(track);
        }

        foreach (var (track, owner) in change.Moved)
        {
            Post(new MeshCommand.HandOver(track, owner));
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
            new ExportedTrack(token, MeshSubjects.AppToken(appId), stream.Description.Kind, stream)
        );
        Post(new MeshCommand.Export(exported));
        if (stream.IsRetired)
        {
            // It ended meanwhile, and who ended it saw nothing to withdraw.
            Post(new MeshCommand.Withdraw(exported));
        }

        return exported;
    }
}
