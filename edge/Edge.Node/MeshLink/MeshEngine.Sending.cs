using System.Numerics;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;
using Edge.Wire.Mesh.Frames;

namespace Edge.Node.MeshLink;

/// <content>Tracks of this node for others.</content>
internal sealed partial class MeshEngine
{
    /// <summary>How often shards are asked how the layers of watched tracks are. Chosen: a layer that died is
    /// left in under a second.</summary>
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(400);

    private readonly List<(ExportedTrack Track, OpenFrame Frame, byte Layer)> _waiting = [];
    private readonly List<(ExportedTrack Track, NodeAddress Watcher, byte Layer)> _replays = [];
    private readonly List<NodeAddress> _idle = [];
    private readonly byte[] _frame = new byte[MeshLimits.FrameBytesMax];
    private readonly byte[] _state = new byte[MeshTrackState.BytesMax];
    private readonly MeshLayerState[] _layers = new MeshLayerState[
        Forwarding.Tracks.Track.LayersMax
    ];
    private Instant _nextFlushAt = Instant.Never;
    private Instant _nextAskAt = Instant.Never;

    private void Export(ExportedTrack track)
    {
        if (_exported.TryAdd(track.Token, track))
        {
            _origins.Add(track.Token, track.App);
        }
    }

    /// <summary>A track is gone for good: all who watch it are told.</summary>
    private void Withdraw(ExportedTrack track)
    {
        if (!_exported.Remove(track.Token))
        {
            return;
        }

        Carry(track, default);
        foreach (var watcher in _origins.Remove(track.Token))
        {
            SayGone(track.App, track.Token, watcher);
        }
    }

    private void TakeDemand(MeshCommand.Demand demand, Instant now)
    {
        if (MeshDemandReader.TryParse(demand.Bytes, out var reader) != MeshParseError.None)
        {
            _stats.Malformed++;
            return;
        }

        _origins.HandleDemand(demand.App, ref reader, now);
        TakeOriginEvents(now);
    }

    /// <summary>Does what the book of those who watch asks for.</summary>
    public void TakeOriginEvents(Instant now)
    {
        while (_origins.PollEvent(out var happened))
        {
            if (Channels.TryServe(happened, now))
            {
                continue;
            }

            if (happened.Kind == OriginEventKind.Unknown)
            {
                SayGone(happened.App, happened.Track, happened.Watcher);
            }
            else if (_exported.TryGetValue(happened.Track, out var track))
            {
                Serve(track, happened, now);
            }
        }
    }

    private void Serve(ExportedTrack track, in OriginEvent happened, Instant now)
    {
        switch (happened.Kind)
        {
            case OriginEventKind.CarriedChanged:
                Carry(track, _origins.Carried(track.Token));
                break;
            case OriginEventKind.Replay:
                SayState(track, happened.Watcher, now);
                AskToReplay(track, happened.Layers, happened.Watcher);
                track.AskAt = Instant.Min(track.AskAt, now + AskInterval);
                _nextAskAt = Instant.Min(_nextAskAt, track.AskAt);
                break;
            case OriginEventKind.KeyFrameWanted:
                Ask(new ShardCommand.WantKeyFrames(track.Stream, happened.Layers));
                break;
            case OriginEventKind.Left:
            case OriginEventKind.Unknown:
            default:
                break;
        }
    }

    private void Carry(ExportedTrack track, CarriedLayers layers)
    {
        _stats.LayersCarried +=
            BitOperations.PopCount(layers.All) - BitOperations.PopCount(track.Carried.All);
        track.Carried = layers;
        track.Stream.Carry(layers.All);
    }

    private void AskToReplay(ExportedTrack track, uint layers, NodeAddress watcher)
    {
        if (layers != 0)
        {
            Ask(new ShardCommand.Replay(track.Stream, layers, watcher));
        }
    }

    /// <summary>Asks the shard that takes a track's packets.</summary>
    private void Ask(ShardCommand.ForTrack command)
    {
        if (command.Track.Source is { } source)
        {
            _node.Shards[source.Origin.OwnerShard].Post(command);
        }
    }

    /// <summary>Asks how the layers of watched tracks are.</summary>
    private void AskShards(Instant now)
    {
        _nextAskAt = Instant.Never;
        foreach (var track in _exported.Values)
        {
            if (track.AskAt <= now)
            {
                track.AskAt = Instant.Never;
                if (_origins.IsWatched(track.Token))
                {
                    Ask(new ShardCommand.TellLayers(track.Stream, track, Done: null));
                    track.AskAt = now + AskInterval;
                }
            }

            _nextAskAt = Instant.Min(_nextAskAt, track.AskAt);
        }
    }

    private void NoteLayers(ExportedTrack track, LayerSnapshot snapshot, Instant now)
    {
        var before = track.Layers;
        track.Layers = snapshot;
        var isNews = before is null || IsNews(before, snapshot);
        if (isNews)
        {
            track.DescribeSoon();
            SayStateToIdle(track, now);
        }

        for (byte layer = 0; layer < snapshot.Words.Length; layer++)
        {
            var isCarried = (track.Carried.All >> layer & 1) != 0;
            if (isCarried && track.DescribeAt(layer) <= now)
            {
                // Nothing came that it could have gone with.
                Send(track, snapshot.Source, layer, track.Open(layer).Packets, now);
                Release(track.Open(layer));
            }
        }
    }

    private static bool IsNews(LayerSnapshot before, LayerSnapshot after)
    {
        if (!ReferenceEquals(before.Source, after.Source))
        {
            return true;
        }

        for (var layer = 0; layer < after.Words.Length; layer++)
        {
            if (before.Words[layer].Claim != after.Words[layer].Claim)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes what shards carry; true when a ring had more than a turn takes.</summary>
    [HotPath]
    private bool TakePackets(Instant now)
    {
        var hasMore = false;
        foreach (var ring in _rings)
        {
            var taken = 0;
            for (; taken < RingTurnMax && ring.TryRead(out var packet); taken++)
            {
                Take(packet, now);
            }

            hasMore |= taken == RingTurnMax;
        }

        SendReplays(now);
        return hasMore;
    }

    private bool HasPackets()
    {
        foreach (var ring in _rings)
        {
            if (!ring.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    [HotPath]
    private void Take(in CarriedPacket carried, Instant now)
    {
        if (carried.Source.Track.Exported is not { } track)
        {
            Release(carried);
            return;
        }

        var layer = carried.Packet.Layer;
        if (carried.IsReplay)
        {
            TakeReplay(track, carried, now);
            return;
        }

        if (now - carried.Packet.ArrivedAt > MeshTimes.MediaAge)
        {
            _stats.TooLate++;
            _ = track.NextNumber(layer);
            Release(carried);
            return;
        }

        var frame = track.Open(layer);
        if (frame.Packets.Count > 0 && !ReferenceEquals(frame.Packets[0].Source, carried.Source))
        {
            Flush(track, frame, layer, now);
        }

        if (!frame.IsListed)
        {
            frame.IsListed = true;
            _waiting.Add((track, frame, layer));
        }

        var waits =
            track.Stream.Description.Kind == Wire.Payload.MediaKind.Video && !carried.Packet.Marker;
        frame.Add(carried, waits, now);
        _nextFlushAt = Instant.Min(_nextFlushAt, frame.DueAt);
    }

    private void TakeReplay(ExportedTrack track, in CarriedPacket carried, Instant now)
    {
        var key = (carried.Watcher, carried.Packet.Layer);
        if (!track.Replays.TryGetValue(key, out var frame))
        {
            frame = new OpenFrame();
            track.Replays.Add(key, frame);
            _replays.Add((track, carried.Watcher, carried.Packet.Layer));
        }

        frame.Add(carried, waits: true, now);
    }

    /// <summary>Sends pictures that are whole or waited long enough.</summary>
    [HotPath]
    private void FlushDue(Instant now)
    {
        if (_nextFlushAt > now)
        {
            return;
        }

        _nextFlushAt = Instant.Never;
        for (var index = _waiting.Count - 1; index >= 0; index--)
        {
            var (track, frame, layer) = _waiting[index];
            if (frame.DueAt <= now)
            {
                Flush(track, frame, layer, now);
            }

            if (frame.Packets.Count == 0)
            {
                frame.IsListed = false;
                _waiting.RemoveAt(index);
            }

            _nextFlushAt = Instant.Min(_nextFlushAt, frame.DueAt);
        }
    }

    [HotPath]
    private void Flush(ExportedTrack track, OpenFrame frame, byte layer, Instant now)
    {
        if (frame.Packets.Count > 0)
        {
            Send(track, frame.Packets[0].Source, layer, frame.Packets, now);
        }

        Release(frame);
    }

    /// <summary>Sends packets of a layer to whoever watches it, in as many frames as they need.</summary>
    [HotPath]
    private void Send(
        ExportedTrack track,
        TrackSource source,
        byte layer,
        IReadOnlyList<CarriedPacket> packets,
        Instant now
    )
    {
        var bit = 1u << layer;
        var isNear = (track.Carried.Near & bit) != 0;
        var isFar = (track.Carried.Far & bit) != 0;
        if (!isNear && !isFar)
        {
            return;
        }

        var subject = track.Subject(layer);
        var next = 0;
        do
        {
            var length = WriteFrame(
                track,
                source,
                layer,
                track.NextNumber(layer),
                packets,
                ref next,
                now
            );
            if (isNear)
            {
                Publish(MediaBusTo(_self.Pop), subject, length, packets.Count);
            }

            if (isFar && (!isNear || _options.Near is not null))
            {
                Publish(_options.FarMedia ?? _options.Far!, subject, length, packets.Count);
            }
        } while (next < packets.Count);
    }

    /// <summary>Sends what came out of caches, each to the node it is for.</summary>
    private void SendReplays(Instant now)
    {
        foreach (var (track, watcher, layer) in _replays)
        {
            if (!track.Replays.Remove((watcher, layer), out var frame))
            {
                continue;
            }

            var next = 0;
            while (next < frame.Packets.Count)
            {
                var source = frame.Packets[next].Source;
                var length = WriteFrame(
                    track,
                    source,
                    layer,
                    number: 0,
                    frame.Packets,
                    ref next,
                    now
                );
                Publish(
                    MediaBusTo(watcher.Pop),
                    MeshSubjects.Cache(track.App, watcher, track.Token),
                    length,
                    frame.Packets.Count
                );
            }

            Release(frame);
        }

        _replays.Clear();
    }

    [HotPath]
    private int WriteFrame(
        ExportedTrack track,
        TrackSource source,
        byte layer,
        ulong number,
        IReadOnlyList<CarriedPacket> packets,
        ref int next,
        Instant now
    )
    {
        var isKeyFrame = number == 0;
        for (var index = next; index < packets.Count && !isKeyFrame; index++)
        {
            isKeyFrame = packets[index].Packet.IsKeyFrameStart;
        }

        var describes = track.TakesDescription(layer, isKeyFrame, now);
        var state = describes ? WriteState(track, layer, MeshTrackEnd.None) : default;
        var writer = new MeshFrameWriter(
            _frame,
            new MeshFrameHeader(_life, source.Epoch, layer, WallNow()) { Number = number },
            describes ? Describe(track, source) : default,
            state
        );
        while (next < packets.Count && TryAdd(ref writer, packets[next], now))
        {
            next++;
        }

        if (writer.PacketCount == 0 && next < packets.Count)
        {
            // Longer than any frame takes: it cannot be sent at all.
            _stats.Refused++;
            next++;
        }

        return writer.Finish();
    }

    [HotPath]
    private bool TryAdd(ref MeshFrameWriter writer, in CarriedPacket carried, Instant now)
    {
        var packet = carried.Packet;
        var slot = packet.Handle.IsNone
            ? default
            : _node.Pools[packet.Handle.Pool].Slot(packet.Handle);
        var flags =
            (packet.Marker ? MeshPacketFlags.Marker : MeshPacketFlags.None)
            | (packet.IsKeyFrameStart ? MeshPacketFlags.KeyFrameStart : MeshPacketFlags.None)
            | (packet.IsTelephoneEvent ? MeshPacketFlags.TelephoneEvent : MeshPacketFlags.None);
        return writer.TryAddPacket(
            new MeshPacket(
                packet.ExtendedSequence,
                packet.Timestamp,
                flags,
                packet.TemporalLayer,
                packet.CaptureTime
            )
            {
                Age = now - packet.ArrivedAt,
            },
            slot[..packet.PacketLength]
        );
    }

    /// <summary>Says to one node what a track is, and how its layers are.</summary>
    private void SayState(ExportedTrack track, NodeAddress watcher, Instant now)
    {
        if (track.Layers is not { } snapshot)
        {
            return;
        }

        var writer = new MeshFrameWriter(
            _frame,
            new MeshFrameHeader(_life, snapshot.Source.Epoch, 0, WallNow()),
            Describe(track, snapshot.Source),
            WriteState(track, 0, MeshTrackEnd.None)
        );
        Publish(
            MediaBusTo(watcher.Pop),
            MeshSubjects.Cache(track.App, watcher, track.Token),
            writer.Finish(),
            packets: 0
        );
    }

    private void SayStateToIdle(ExportedTrack track, Instant now)
    {
        _origins.CollectIdle(track.Token, _idle);
        foreach (var watcher in _idle)
        {
            SayState(track, watcher, now);
        }
    }

    /// <summary>Says to one node that there is no such track or channel: none up to the generation that is
    /// current here. One that comes after has a greater one.</summary>
    private void SayGone(string app, in TrackToken token, NodeAddress watcher)
    {
        var length = MeshTrackState.Write(
            _state,
            new MeshTrackState(Report: null, MeshTrackEnd.Track, IsSilent: false),
            []
        );
        var writer = new MeshFrameWriter(
            _frame,
            new MeshFrameHeader(_generation, 0, 0, WallNow()),
            description: default,
            _state.AsSpan(0, length)
        );
        Publish(
            MediaBusTo(watcher.Pop),
            MeshSubjects.Cache(app, watcher, token),
            writer.Finish(),
            packets: 0
        );
    }

    private static ReadOnlySpan<byte> Describe(ExportedTrack track, TrackSource source)
    {
        if (!ReferenceEquals(track.Described, source))
        {
            track.Described = source;
            track.Description = TrackWording.Write(track.Stream.Description.Kind, source.Format);
        }

        return track.Description;
    }

    private ReadOnlySpan<byte> WriteState(ExportedTrack track, int layer, MeshTrackEnd end)
    {
        if (track.Layers is not { } snapshot)
        {
            return default;
        }

        var length = TrackWording.WriteState(_state, _layers, snapshot, layer, end);
        return _state.AsSpan(0, length);
    }

    [HotPath]
    private void Publish(IBus bus, string subject, int length, int packets)
    {
        if (!bus.TryPublish(subject, _frame.AsSpan(0, length)))
        {
            _stats.Refused++;
            return;
        }

        _stats.FramesOut++;
        _stats.PacketsOut += packets;
        _stats.BytesOut += length;
    }

    [HotPath]
    private static NtpTimestamp WallNow() =>
        NtpTimestamp.FromUnixTime(DateTime.UtcNow - DateTime.UnixEpoch);

    private void Release(OpenFrame frame)
    {
        foreach (var carried in frame.Packets)
        {
            Release(carried);
        }

        frame.Clear();
    }

    [HotPath]
    private void Release(in CarriedPacket carried)
    {
        var handle = carried.Packet.Handle;
        if (!handle.IsNone)
        {
            _node.Pools[handle.Pool].Release(handle);
        }
    }

    private void ReleaseRings()
    {
        foreach (var ring in _rings)
        {
            while (ring.TryRead(out var carried))
            {
                Release(carried);
            }
        }

        foreach (var (_, frame, _) in _waiting)
        {
            Release(frame);
        }
    }
}
