using Edge.Forwarding.Tracks;
using Edge.Mesh;
using Edge.Mesh.Exports;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Wire.Mesh.Frames;

namespace Edge.Node.Shards;

/// <content>Tracks of this node on their way to others.</content>
internal sealed partial class Shard
{
    private bool _hasCarried;
    private Instant _carriedDueAt = Instant.Never;

    /// <summary>Has the mesh send what was carried. With nothing else to do that is done here: it costs less than a wake of
    /// the mesh's thread; where it would hold up viewers, that thread is awake most of the time and costs little.</summary>
    [HotPath]
    private void SendCarried(bool isBusy, Instant now)
    {
        if ((!_hasCarried && _carriedDueAt > now) || _node.Engine is not { } engine)
        {
            return;
        }

        _hasCarried = false;
        _carriedDueAt = Instant.Never;
        if (isBusy)
        {
            engine.WakeIfAsleep();
        }
        else
        {
            _carriedDueAt = engine.SendCarried();
        }
    }

    private void HandleForTrack(ShardCommand.ForTrack command, Instant now)
    {
        if (command.Track.Source is not { } source)
        {
            Refuse(command);
            return;
        }

        if (source.Origin.OwnerShard != Index)
        {
            _node.Shards[source.Origin.OwnerShard].Post(command);
            return;
        }

        switch (command)
        {
            case ShardCommand.Replay replay:
                Replay(source, replay);
                break;
            case ShardCommand.WantKeyFrames want:
                WantKeyFrames(source, want.Layers, now);
                break;
            case ShardCommand.TellLayers tell:
                TellLayers(source, tell);
                break;
            default:
                break;
        }
    }

    /// <summary>Gives a packet to the mesh, with a claim for it.</summary>
    [HotPath]
    private void Carry(in CarriedPacket carried)
    {
        if (_node.Engine is not { } engine)
        {
            return;
        }

        var handle = carried.Packet.Handle;
        if (handle.IsNone)
        {
            return;
        }

        var pool = _pools[handle.Pool];
        pool.AddReference(handle);
        if (engine.TryCarry(Index, carried))
        {
            _stats.MediaCarried++;
            _hasCarried = true;
            return;
        }

        pool.Release(handle);
        Drop(ShardDrop.MeshRingFull);
    }

    /// <summary>Others want key frames. A wish for one that has just come met it on its way.</summary>
    private void WantKeyFrames(TrackSource source, uint layers, Instant now)
    {
        var inlet = InletOf(source);
        for (var layer = 0; layer < source.Rids.Length; layer++)
        {
            if (
                (layers >> layer & 1) != 0
                && inlet?.KeyFrames.HasComeWithin(layer, MeshTimes.WayMax, now) != true
            )
            {
                WantKeyFrame(source, layer, now);
            }
        }
    }

    /// <summary>Shows another node what it needs to begin: pictures from the last key frame on, and what came just before, with
    /// which viewers go on who came there from another node. Over a wide way that is only what is not worthless yet.</summary>
    private void Replay(TrackSource source, ShardCommand.Replay replay)
    {
        if (source.Track.Replica(Index) is { } replica && ReferenceEquals(replica.Source, source))
        {
            var sink = new MeshSink(this, source, replay.Watcher, replay.Layers);
            var isNear = replay.Watcher.Pop == _node.Engine?.Self.Pop;
            _ = replica.Track.ReplayCache(
                ref sink,
                recent: isNear ? _node.Options.Track.HistoryAge : MeshTimes.MediaAge
            );
        }
    }

    /// <summary>Says how a track's layers are.</summary>
    private void TellLayers(TrackSource source, ShardCommand.TellLayers tell)
    {
        var inlet = InletOf(source);
        var layers = source.Rids.Length;
        var states = new MeshLayerState[layers];
        var reports = new MeshSenderReport?[layers];
        var selector = source.Track.Replica(Index)?.Track.Layers;
        for (var layer = 0; layer < layers; layer++)
        {
            states[layer] = new MeshLayerState(
                selector is not null && selector.IsLive(layer),
                (uint)(selector?.Pixels(layer) ?? 0),
                selector?.Rate(layer) ?? Bitrate.Zero
            );
            reports[layer] = TrackWording.Report(inlet?.Report(layer) ?? default);
        }

        var told = new ExportedLayers(source.Exported, states, reports);
        _node.Engine?.Post(new MeshCommand.NoteLayers(tell.Exported, told));
        tell.Done?.TrySetResult(told);
    }

    private static TrackInlet? InletOf(TrackSource source) =>
        source.Origin is Session session && source.Section < session.Published.Length
            ? session.Published[source.Section]?.Inlet
            : null;

    /// <summary>Carries what is cached to one node.</summary>
    private readonly struct MeshSink(
        Shard shard,
        TrackSource source,
        NodeAddress watcher,
        uint layers
    ) : IReplaySink
    {
        /// <inheritdoc/>
        public bool Offer(in TrackPacket packet)
        {
            if ((layers >> packet.Layer & 1) != 0 && !packet.IsPaddingOnly)
            {
                shard.Carry(new CarriedPacket(source, packet, watcher, IsReplay: true));
            }

            return true;
        }
    }
}
