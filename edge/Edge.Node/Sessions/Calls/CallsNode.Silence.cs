using Control.Contract.Calls;
using Edge.Node.Shards;
using Edge.Primitives;

namespace Edge.Node.Sessions.Calls;

/// <content>Tracks that send nothing for a while.</content>
/// <remarks>A silent track stays where it is pulled, its section included, and comes back with its next
/// packet: whoever has muted a camera comes back without a request of anybody. Its last pictures are
/// forgotten: who joins meanwhile is not shown them.</remarks>
internal sealed partial class CallsNode
{
    /// <summary>Tells readers which tracks went silent or came back since the last look.</summary>
    public void WatchSilence(Instant now)
    {
        foreach (var session in state.Calls.All)
        {
            foreach (var track in session.Published)
            {
                var isSilent = IsSilent(track, now);
                if (isSilent != track.WasSilent && !track.Stream.IsRetired)
                {
                    track.WasSilent = isSilent;
                    HandleSilence(track, isSilent);
                }
            }
        }
    }

    private void HandleSilence(CallsTrack track, bool isSilent)
    {
        if (!isSilent)
        {
            Raise(track, CallsEventKind.TrackResumed);
            return;
        }

        foreach (var shard in state.Shards)
        {
            shard.Post(new ShardCommand.ForgetSilent(track.Stream));
        }

        Raise(track, CallsEventKind.TrackSilent);
    }

    /// <summary>Whether a track that had begun sends nothing any more. One that never began is not silent:
    /// it is being set up, and a pull of it waits.</summary>
    private bool IsSilent(CallsTrack track, Instant now) =>
        track.Stream.Started.IsCompleted && now - track.Stream.LastMediaAt >= Limits.TrackIdle;
}
