using System.Diagnostics.CodeAnalysis;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <content>Tracks whose publisher moves between nodes of the PoP, while others watch them. Threads: any, but for what
/// commands ask for.</content>
internal sealed partial class MeshEngine
{
    /// <summary>Gives a track away to another node of the PoP; null when nobody elsewhere knows it. Nothing leaves of it
    /// afterwards, and nobody is told. Comes after its last packet was taken by its shard.</summary>
    public async ValueTask<ExportMemory?> ReleaseExportAsync(StreamTrack stream) =>
        stream.Exported is { } exported ? await ReleaseAsync(stream, exported, null) : null;

    /// <summary>Gives a track away to another node of the PoP, when viewers of this node stay (<see cref="FollowMovedAsync"/>):
    /// who has it from now on sends it to this node as well, from the first packet on.</summary>
    /// <param name="stream">The track.</param>
    /// <param name="token">Its name among nodes, if it has none yet.</param>
    /// <param name="appId">Its app.</param>
    public async ValueTask<ExportMemory> ReleaseFollowedAsync(
        StreamTrack stream,
        TrackToken token,
        string appId
    )
    {
        var follower = new TrackWatcher(_self, _life, stream.WantedLayers, stream.Ceiling);
        return await ReleaseAsync(stream, Export(stream, token, appId), follower);
    }

    /// <summary>Goes on with a track that another node of the PoP gave away, or this one, when nobody took it. Comes after
    /// <see cref="StreamTrack.GoOn"/> and, so that nothing is missing, completes before the first packet is taken.</summary>
    public async ValueTask ResumeExportAsync(StreamTrack stream, ExportMemory memory)
    {
        var exported = new ExportedTrack(memory.Token, memory.App, stream.Description.Kind, stream);
        if (stream.ReplaceExport(exported) is { } former)
        {
            // Its tokens are not what others know the stream by.
            Post(new MeshCommand.Withdraw(former));
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new MeshCommand.Resume(exported, memory, done));
        await done.Task;
    }

    /// <summary>Goes on with a track whose node has ended without a word: who watches it knows it by this name, and says again what it wants.
    /// Comes after <see cref="StreamTrack.GoOn"/>.</summary>
    public void ExportSurvived(StreamTrack stream, TrackToken token, string appId) =>
        _ = Export(stream, token, appId);

    /// <summary>The publisher of another node's track comes to this node: the track is not taken from elsewhere any more, and
    /// all that is attached to it here stays. Then <see cref="StreamTrack.GoOn"/> puts the publisher behind it.</summary>
    public bool TryTakeOver(in TrackToken token, [NotNullWhen(true)] out RemoteTrack? track)
    {
        if (!TryFind(token, out track) || !track.TryEnd())
        {
            track = null;
            return false;
        }

        _ = _remote.TryRemove(KeyValuePair.Create(track.Token, track));
        track.Stream.Remote = null;
        Post(new MeshCommand.Unwatch(track));
        return true;
    }

    /// <summary>Has viewers of this node take a track from the node that its publisher goes to, whichever of the PoP that will be.
    /// When this completes all that is sent comes here; the other node is told what is wanted once it is known to have the track
    /// (<see cref="ConfirmMoved"/>, or its first frame), and nobody before. Null when the track has no source any more.</summary>
    /// <param name="stream">The track; its source is the last one that viewers have seen.</param>
    /// <param name="memory">What <see cref="ReleaseFollowedAsync"/> gave.</param>
    public async ValueTask<RemoteTrack?> FollowMovedAsync(StreamTrack stream, ExportMemory memory)
    {
        if (stream.Source is not { } before)
        {
            return null;
        }

        var offer = new RemoteOffer(
            memory.Token,
            new DemandKey(_self, memory.App),
            before.Name,
            stream.Description.Kind,
            before.Format,
            new TrackInlet.LayerWord[before.Rids.Length]
        );
        var track = offer.Continue(stream, before, _node.Options.Shards);
        track.Intake.Begin(before.Name, memory.Numbers);
        track.HeardAt = _node.Clock.Now();
        if (
            !_remote.TryAdd(memory.Token, track)
            || !stream.TryReplaceSource(before, track.Inlet.Source)
        )
        {
            _ = _remote.TryRemove(KeyValuePair.Create(track.Token, track));
            return null;
        }

        stream.Remote = track;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new MeshCommand.Prepare(track, done));
        _node.GoOn(stream);
        await done.Task;
        return track;
    }

    /// <summary>The other node has a track that was released: who said meanwhile what it wants of it is told so.</summary>
    public void TellMoved(TrackSource source, ExportMemory memory, NodeAddress heir) =>
        Post(new MeshCommand.TellMoved(memory, source.Exported, heir));

    /// <summary>The other node has the track: it is told what is wanted of it.</summary>
    public void ConfirmMoved(RemoteTrack track, NodeAddress heir) =>
        Post(new MeshCommand.HandOver(track, heir));

    private async Task<ExportMemory> ReleaseAsync(
        StreamTrack stream,
        ExportedTrack exported,
        TrackWatcher? follower
    )
    {
        var done = new TaskCompletionSource<ExportMemory>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        var name = stream.NewestName;
        Post(new MeshCommand.Release(exported, name, follower, done));
        var memory = await done.Task;
        _ = stream.EndExport();
        return memory;
    }

    /// <summary>What shards gave to the mesh before goes before it.</summary>
    private void Release(MeshCommand.Release release, Instant now)
    {
        for (var isFull = true; isFull; )
        {
            isFull = TakePackets(now);
        }

        var memory = _exports.Release(release.Track, release.Name, WallNow(), now);
        release.Done.TrySetResult(
            release.Follower is { } follower ? memory.With(follower) : memory
        );
    }

    /// <summary>A track is taken, and nothing is said of it yet.</summary>
    private void Prepare(RemoteTrack track, Instant now)
    {
        if (!track.IsOver && _watches.TryPrepare(track.Token, track.Key, now))
        {
            _watched[track.Token] = track;
            LookAtWanted(track, now);
        }
    }

    /// <summary>Another node of the PoP sends a track: what is wanted of it goes there.</summary>
    private void HandOver(RemoteTrack track, NodeAddress owner, Instant now)
    {
        if (
            _watched.TryGetValue(track.Token, out var known)
            && ReferenceEquals(known, track)
            && owner.Pop == track.Key.Owner.Pop
            && owner != _self
        )
        {
            track.SetOwner(owner);
            _watches.HandOver(track.Token, owner, now);
        }
    }
}
