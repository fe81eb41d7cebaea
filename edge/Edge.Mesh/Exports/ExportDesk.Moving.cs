using Edge.Primitives;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Exports;

/// <content>Tracks that go to another node of the PoP, and come from one.</content>
public sealed partial class ExportDesk
{
    /// <summary>Gives a track away: what waits of it is sent, nothing afterwards, and nobody is told.</summary>
    /// <param name="track">The track. Packets of it that come later are given back.</param>
    /// <param name="name">Its newest publisher.</param>
    /// <param name="wallNow">This node's wall clock.</param>
    /// <param name="now">The time.</param>
    /// <returns>What whoever has it from now on goes on with.</returns>
    public ExportMemory Release(
        ExportedTrack track,
        SourceName name,
        NtpTimestamp wallNow,
        Instant now
    )
    {
        SendReplays(wallNow, now);
        for (byte layer = 0; layer < track.LastNumbers.Length; layer++)
        {
            FlushFrame(track, track.Open(layer), layer, wallNow, now);
        }

        var isKnown = _exported.Remove(track.Token);
        var memory = new ExportMemory(track.Token, track.App, name, track.LastNumbers)
        {
            Watchers = isKnown ? _origins.Release(track.Token) : [],
            Wall = wallNow + track.Lead(now),
            At = now,
        };
        _origins.HoldWants(track.Token, track.App, now);
        GoOnCarrying(track, default, Bitrate.Zero);
        return memory;
    }

    /// <summary>Another node has a track that was given away: who said meanwhile what it wants of it is told where it is, and
    /// says it there at once. Who began to watch would otherwise hear of that only by its next want.</summary>
    /// <param name="memory">What its release gave.</param>
    /// <param name="source">Its publisher.</param>
    /// <param name="heir">The other node.</param>
    /// <param name="now">The time.</param>
    public void TellMoved(ExportMemory memory, ExportedSource source, NodeAddress heir, Instant now)
    {
        var length = MeshTrackState.Write(
            _state,
            default(MeshTrackState) with
            {
                Owner = new(heir.Pop, heir.Node),
            },
            []
        );
        // By the clock of the frames that were sent before.
        var header = new MeshFrameHeader(
            source.Name.Life,
            source.Name.Epoch,
            0,
            memory.Wall + (now - memory.At)
        );
        foreach (var watcher in _origins.TakeHeld(memory.Token))
        {
            var writer = new MeshFrameWriter(
                _frame,
                header,
                source.Description,
                _state.AsSpan(0, length)
            );
            var frame = _frame.AsSpan(0, writer.Finish());
            SendTo(watcher, memory.App, memory.Token, frame, packets: 0);
        }
    }

    /// <summary>Goes on with a track of another node, or with one that nobody took: numbers, clock and watchers are as they
    /// were there. Comes before its packets.</summary>
    public void Resume(ExportedTrack track, ExportMemory memory, NtpTimestamp wallNow, Instant now)
    {
        if (!_exported.TryAdd(track.Token, track))
        {
            return;
        }

        track.GoOn(memory.Numbers, memory.LeadOver(wallNow, now), now);
        _origins.Resume(track.Token, track.App, memory.Watchers, now);
        GoOnCarrying(track, _origins.Carried(track.Token), _origins.Ceiling(track.Token));
        if (_origins.IsWatched(track.Token))
        {
            // Not at once: nothing came here yet, and watchers would take its layers for dead.
            track.AskAt = now + AskInterval;
            _nextAskAt = Instant.Min(_nextAskAt, track.AskAt);
        }

        TakeOriginEvents(wallNow, now);
    }
}
