using System.Diagnostics.CodeAnalysis;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Node.MeshLink;

/// <content>Tracks of this node for others: what <see cref="ExportDesk"/> decides, done.</content>
internal sealed partial class MeshEngine : IExportPort
{
    /// <summary>Longest acknowledgement. Chosen: with room for what a newer version appends.</summary>
    private const int AckBytesMax = 256;

    private bool _hasWrittenNear;
    private bool _hasWrittenFar;

    /// <inheritdoc/>
    bool IExportPort.IsOneBus => _options.Near is null || !HasFar;

    private bool HasFar => _options.Far is not null || _options.FarMedia is not null;

    /// <inheritdoc/>
    [HotPath]
    bool IExportPort.TryPublish(
        ExportWay way,
        string subject,
        ReadOnlySpan<byte> frame,
        int packets
    )
    {
        var bus = way == ExportWay.Near ? NearMediaBus : FarMediaBus;
        if (!bus.TryWrite(subject, frame))
        {
            _stats.Refused++;
            return false;
        }

        _hasWrittenNear |= way == ExportWay.Near;
        _hasWrittenFar |= way == ExportWay.Far;

        _stats.FramesOut++;
        _stats.PacketsOut += packets;
        _stats.BytesOut += frame.Length;
        return true;
    }

    /// <summary>Has what was written sent, on this thread.</summary>
    [HotPath]
    private void FlushBuses()
    {
        if (_hasWrittenNear)
        {
            NearMediaBus.Flush();
        }

        if (_hasWrittenFar)
        {
            FarMediaBus.Flush();
        }

        _hasWrittenNear = _hasWrittenFar = false;
    }

    /// <summary>Sends what shards carried, on the thread of one that has nothing else to do; if somebody has the turn, this
    /// engine's thread sees to it. Threads: shards.</summary>
    /// <returns>When this has to be called again at the latest: pictures wait that are not whole.</returns>
    [HotPath]
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "As in a turn: an error of ours costs this one, not the mesh, nor the shard."
    )]
    public Instant SendCarried()
    {
        if (!_turn.TryEnter())
        {
            WakeIfAsleep();
            return Instant.Never;
        }

        try
        {
            if (_hasEnded)
            {
                return Instant.Never;
            }

            var now = _node.Clock.Now();
            if (TakePackets(now))
            {
                WakeIfAsleep();
            }

            _exports.Flush(WallNow(), now);
            FlushBuses();
            return _exports.FlushAt;
        }
        catch (Exception error)
        {
            NoteFault(error);
            return Instant.Never;
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <inheritdoc/>
    bool IExportPort.TryServe(in OriginEvent happened, Instant now) =>
        Channels.TryServe(happened, now)
        // What is not here any more may be at another node, which hears the same.
        || (happened.Kind == OriginEventKind.Unknown && _node.Adoptions is { IsQuiet: true });

    /// <summary>Does what the book of those who watch asks for.</summary>
    public void TakeOriginEvents(Instant now) => _exports.TakeOriginEvents(WallNow(), now);

    /// <inheritdoc/>
    void IExportPort.Carry(ExportedTrack track, uint layers, Bitrate claim)
    {
        var stream = StreamOf(track);
        stream.Carry(layers, claim);
        if (stream.Named is { } named)
        {
            _node.Callers?.HandleWanted(named);
        }
    }

    /// <inheritdoc/>
    void IExportPort.Replay(ExportedTrack track, uint layers, NodeAddress watcher) =>
        Ask(new ShardCommand.Replay(StreamOf(track), layers, watcher));

    /// <inheritdoc/>
    void IExportPort.WantKeyFrames(ExportedTrack track, uint layers) =>
        Ask(new ShardCommand.WantKeyFrames(StreamOf(track), layers));

    /// <inheritdoc/>
    void IExportPort.TellLayers(ExportedTrack track) =>
        Ask(new ShardCommand.TellLayers(StreamOf(track), track, Done: null));

    private static StreamTrack StreamOf(ExportedTrack track) => (StreamTrack)track.Owner;

    /// <summary>Asks the shard that takes a track's packets.</summary>
    private void Ask(ShardCommand.ForTrack command)
    {
        if (command.Track.Source is { } source)
        {
            _node.Shards[source.Origin.OwnerShard].Post(command);
        }
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
        }
        else if (carried.IsReplay)
        {
            _exports.HandleCached(track, Describe(carried), carried.Watcher, now);
        }
        else
        {
            _exports.HandlePacket(track, Describe(carried), WallNow(), now);
        }
    }

    [HotPath]
    private static ExportedPacket Describe(in CarriedPacket carried)
    {
        var packet = carried.Packet;
        var flags =
            (packet.Marker ? MeshPacketFlags.Marker : MeshPacketFlags.None)
            | (packet.IsKeyFrameStart ? MeshPacketFlags.KeyFrameStart : MeshPacketFlags.None)
            | (packet.IsTelephoneEvent ? MeshPacketFlags.TelephoneEvent : MeshPacketFlags.None);
        return new ExportedPacket
        {
            Source = carried.Source.Exported,
            Handle = packet.Handle,
            LengthBytes = packet.PacketLength,
            Layer = packet.Layer,
            ArrivedAt = packet.ArrivedAt,
            Facts = new MeshPacket(
                packet.ExtendedSequence,
                packet.Timestamp,
                flags,
                packet.TemporalLayer,
                packet.CaptureTime
            ),
        };
    }

    /// <summary>Wall time as it was when the node started, and the time since: watchers look at differences, which a
    /// step of the wall clock must not change.</summary>
    [HotPath]
    private NtpTimestamp WallNow() => _node.Clock.Anchor.ToNtp(_node.Clock.Now());

    [HotPath]
    private void Release(in CarriedPacket carried)
    {
        var handle = carried.Packet.Handle;
        if (!handle.IsNone)
        {
            _node.Pools[handle.Pool].Release(handle);
        }
    }

    private void ReleaseAll()
    {
        foreach (var ring in _rings)
        {
            while (ring.TryRead(out var carried))
            {
                Release(carried);
            }
        }

        _exports.Close();
    }

    /// <summary>Another node says what it wants. Threads: the bus's.</summary>
    private void HandleDemand(BusMessage message)
    {
        if (
            message.Payload.Length <= MeshLimits.DemandBytesMax
            && MeshSubjects.TryReadDemand(message.Subject, out var of)
            && HasRoom()
        )
        {
            Post(new MeshCommand.Demand(of, message.Payload.ToArray()));
        }
    }

    /// <summary>Another node says what it has taken. Threads: the bus's.</summary>
    private void HandleAck(BusMessage message)
    {
        if (message.Payload.Length <= AckBytesMax && HasRoom())
        {
            var app = MeshSubjects.Token(message.Subject, 1).ToString();
            Post(new ChannelCommand.TakeAck(app, message.Payload.ToArray()));
        }
    }

    /// <summary>Takes a place among the commands of other nodes; false when there is none.</summary>
    private bool HasRoom()
    {
        if (Interlocked.Increment(ref _demandCount) <= DemandsMax)
        {
            return true;
        }

        Interlocked.Decrement(ref _demandCount);
        return false;
    }
}
