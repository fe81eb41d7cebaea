using Edge.Mesh.Paths;
using Edge.Node.Shards;
using Edge.Primitives;

namespace Edge.Node.MeshLink;

/// <content>Ways from other PoPs that carry less than is wanted: which layers are left out.</content>
internal sealed partial class MeshEngine
{
    private readonly PathBook _paths;
    private bool _wasShort;

    /// <summary>A track of another PoP is watched: what comes of it is counted.</summary>
    private void EnterPath(RemoteTrack track, Instant now)
    {
        if (track.Key.Owner.Pop != _self.Pop)
        {
            track.Intake.Path = _paths.Add(track, track.Key.Owner, now);
        }
    }

    private void LookAtWanted(RemoteTrack track, Instant now)
    {
        _paths.Reconsider(track);
        SayWanted(track, now);
    }

    /// <summary>Asks for the layers that are wanted, as far as there is room for them.</summary>
    private void SayWanted(RemoteTrack track, Instant now)
    {
        var wanted = track.Stream.WantedLayers & _paths.Allowed(track);
        _watches.Want(track.Token, wanted, now, _paths.IsNarrow(track));
        _watches.SetCeiling(
            track.Token,
            Bitrate.Min(track.Stream.Ceiling, _paths.Ceiling(track)),
            now
        );
        TakeWatchEvents();
    }

    private void LookAtPaths(Instant now)
    {
        if (_paths.PollTimeout() > now)
        {
            return;
        }

        _paths.HandleTimeout(now);
        while (_paths.PollEvent(out var changed))
        {
            var track = (RemoteTrack)changed;
            SayWanted(track, now);
            _node
                .Shards[track.OwnerShard]
                .Post(new ShardCommand.LeaveOut(track, ~_paths.Allowed(track)));
        }

        LogChange();
    }

    /// <summary>Not each change: links of many PoPs would fill the log.</summary>
    private void LogChange()
    {
        var isShort = _paths.ShortPaths > 0;
        if (isShort == _wasShort)
        {
            return;
        }

        _wasShort = isShort;
        if (isShort)
        {
            LogShortPaths(_logger, _paths.ShortPaths);
        }
        else
        {
            LogWidePaths(_logger);
        }
    }
}
