using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Exports;

/// <content>Writing frames.</content>
public sealed partial class ExportDesk
{
    private readonly List<(ExportedTrack Track, OpenFrame Frame, byte Layer)> _waiting = [];
    private readonly List<(ExportedTrack Track, NodeAddress Watcher, byte Layer)> _replays = [];
    private readonly byte[] _frame = new byte[MeshLimits.FrameBytesMax];
    private readonly byte[] _state = new byte[MeshTrackState.BytesMax];
    private Instant _nextFlushAt = Instant.Never;

    /// <summary>When <see cref="Flush"/> has something to send at the latest.</summary>
    [HotPath]
    public Instant FlushAt => _nextFlushAt;

    /// <summary>Sends what came out of caches, and pictures that are whole or waited long enough.</summary>
    [HotPath]
    public void Flush(NtpTimestamp wallNow, Instant now)
    {
        SendReplays(wallNow, now);
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
                FlushFrame(track, frame, layer, wallNow, now);
            }

            if (frame.Packets.IsEmpty)
            {
                frame.IsListed = false;
                _waiting.RemoveAt(index);
            }

            _nextFlushAt = Instant.Min(_nextFlushAt, frame.DueAt);
        }
    }

    [HotPath]
    private void FlushFrame(
        ExportedTrack track,
        OpenFrame frame,
        byte layer,
        NtpTimestamp wallNow,
        Instant now
    )
    {
        if (!frame.Packets.IsEmpty)
        {
            Send(track, frame.Packets[0].Source, layer, frame.Packets, wallNow, now);
        }

        Release(frame);
    }

    /// <summary>Sends packets of a layer to whoever watches it, in as many frames as they need.</summary>
    [HotPath]
    private void Send(
        ExportedTrack track,
        ExportedSource source,
        byte layer,
        ReadOnlySpan<ExportedPacket> packets,
        NtpTimestamp wallNow,
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
            var first = next;
            var header = Header(track, source, layer, wallNow, now) with
            {
                Number = track.NextNumber(layer),
            };
            var frame = WriteFrame(track, source, header, packets, ref next, now);
            var count = next - first;
            var isSent = isNear && _port.TryPublish(ExportWay.Near, subject, frame, count);
            if (isFar && !(isNear && _port.IsOneBus))
            {
                isSent = _port.TryPublish(ExportWay.Far, subject, frame, count);
            }

            if (isFar && isSent)
            {
                CountFar(track, bit, frame.Length, count);
            }
        } while (next < packets.Length);
    }

    /// <summary>A frame went to all other PoPs that watch its layer.</summary>
    [HotPath]
    private void CountFar(ExportedTrack track, uint layer, int bytes, int packets)
    {
        foreach (var pop in _origins.FarPops(track.Token))
        {
            if ((pop.Layers & layer) != 0)
            {
                pop.Peer.NoteOut(bytes, packets);
            }
        }
    }

    /// <summary>Sends what came out of caches, each to the node it is for.</summary>
    private void SendReplays(NtpTimestamp wallNow, Instant now)
    {
        foreach (var (track, watcher, layer) in _replays)
        {
            if (!track.Replays.Remove((watcher, layer), out var frame))
            {
                continue;
            }

            var next = 0;
            while (next < frame.Packets.Length)
            {
                var first = next;
                var source = frame.Packets[next].Source;
                var header = Header(track, source, layer, wallNow, now) with
                {
                    After = track.LastNumber(layer),
                };
                var bytes = WriteFrame(track, source, header, frame.Packets, ref next, now);
                SendTo(watcher, track.App, track.Token, bytes, next - first);
            }

            Release(frame);
        }

        _replays.Clear();
    }

    [HotPath]
    private ReadOnlySpan<byte> WriteFrame(
        ExportedTrack track,
        ExportedSource source,
        in MeshFrameHeader header,
        ReadOnlySpan<ExportedPacket> packets,
        ref int next,
        Instant now
    )
    {
        var isKeyFrame = header.Number == 0;
        for (var index = next; index < packets.Length && !isKeyFrame; index++)
        {
            isKeyFrame = packets[index].IsKeyFrameStart;
        }

        var describes = track.TakesDescription(header.Layer, isKeyFrame, now);
        var writer = new MeshFrameWriter(
            _frame,
            header,
            describes ? source.Description : default,
            describes ? WriteState(track, header.Layer) : default
        );
        while (next < packets.Length && TryAdd(ref writer, packets[next], now))
        {
            next++;
        }

        if (writer.PacketCount == 0 && next < packets.Length)
        {
            // Longer than any frame takes: it cannot be sent at all.
            _stats.TooLong++;
            next++;
        }

        return _frame.AsSpan(0, writer.Finish());
    }

    [HotPath]
    private bool TryAdd(ref MeshFrameWriter writer, in ExportedPacket packet, Instant now)
    {
        var slot = packet.Handle.IsNone ? default : _pools[packet.Handle.Pool].Slot(packet.Handle);
        return writer.TryAddPacket(
            packet.Facts with
            {
                Age = now - packet.ArrivedAt,
            },
            slot[..packet.LengthBytes]
        );
    }

    /// <summary>Says to one node what a track is, and how its layers are.</summary>
    private void SayState(
        ExportedTrack track,
        NodeAddress watcher,
        NtpTimestamp wallNow,
        Instant now
    )
    {
        if (track.Layers is not { } layers)
        {
            return;
        }

        var writer = new MeshFrameWriter(
            _frame,
            Header(track, layers.Source, 0, wallNow, now),
            layers.Source.Description,
            WriteState(track, 0)
        );
        var frame = _frame.AsSpan(0, writer.Finish());
        SendTo(watcher, track.App, track.Token, frame, packets: 0);
    }

    private void SayStateToIdle(ExportedTrack track, NtpTimestamp wallNow, Instant now)
    {
        _origins.CollectIdle(track.Token, _idle);
        foreach (var watcher in _idle)
        {
            SayState(track, watcher, wallNow, now);
        }
    }

    /// <summary>Says to one node that there is no such track or channel: none up to the generation that is
    /// current here. One that comes after has a greater one.</summary>
    private void SayGone(string app, in TrackToken token, NodeAddress watcher, NtpTimestamp wallNow)
    {
        var length = MeshTrackState.Write(
            _state,
            new MeshTrackState(Report: null, MeshTrackEnd.Track, IsSilent: false),
            []
        );
        var writer = new MeshFrameWriter(
            _frame,
            new MeshFrameHeader(_generation, 0, 0, wallNow),
            description: default,
            _state.AsSpan(0, length)
        );
        SendTo(watcher, app, token, _frame.AsSpan(0, writer.Finish()), packets: 0);
    }

    private void SendTo(
        NodeAddress watcher,
        string app,
        in TrackToken token,
        ReadOnlySpan<byte> frame,
        int packets
    )
    {
        var isNear = _origins.IsNear(watcher);
        var way = isNear ? ExportWay.Near : ExportWay.Far;
        if (
            _port.TryPublish(way, MeshSubjects.Cache(app, watcher, token), frame, packets)
            && !isNear
        )
        {
            _origins.PeerOf(watcher).NoteOut(frame.Length, packets);
        }
    }

    /// <summary>What a frame of a track begins with.</summary>
    [HotPath]
    private static MeshFrameHeader Header(
        ExportedTrack track,
        ExportedSource source,
        byte layer,
        NtpTimestamp wallNow,
        Instant now
    ) => new(source.Name.Life, source.Name.Epoch, layer, wallNow + track.Lead(now));

    /// <summary>How the layers are, or at least who sends them.</summary>
    [HotPath]
    private ReadOnlySpan<byte> WriteState(ExportedTrack track, int layer)
    {
        var length = track.Layers is { } layers
            ? layers.WriteState(_state, layer, _self)
            : MeshTrackState.Write(
                _state,
                default(MeshTrackState) with
                {
                    Owner = new(_self.Pop, _self.Node),
                },
                []
            );
        return _state.AsSpan(0, length);
    }

    private void Release(OpenFrame frame)
    {
        foreach (var packet in frame.Packets)
        {
            Release(packet);
        }

        frame.Clear();
    }

    [HotPath]
    private void Release(in ExportedPacket packet)
    {
        if (!packet.Handle.IsNone)
        {
            _pools[packet.Handle.Pool].Release(packet.Handle);
        }
    }
}
