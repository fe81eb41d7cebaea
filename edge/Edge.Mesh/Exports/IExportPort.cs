using Edge.Mesh.Demand;
using Edge.Primitives;

namespace Edge.Mesh.Exports;

/// <summary>What an <see cref="ExportDesk"/> has done for it: messages sent, and shards asked.</summary>
/// <remarks>Called during the desk's inputs; must not call the desk.</remarks>
public interface IExportPort
{
    /// <summary>Whether one message reaches nodes of this PoP and of others alike.</summary>
    bool IsOneBus { get; }

    /// <summary>Takes what is about something else than a track; false when it is about one.</summary>
    bool TryServe(in OriginEvent happened, Instant now);

    /// <summary>Sends a frame; false when the bus does not take it.</summary>
    /// <param name="way">Whom it has to reach.</param>
    /// <param name="subject">Its subject.</param>
    /// <param name="frame">The frame; valid during the call.</param>
    /// <param name="packets">How many packets are in it.</param>
    bool TryPublish(ExportWay way, string subject, ReadOnlySpan<byte> frame, int packets);

    /// <summary>From now on the packets of these layers, and of no others, are to be given to the desk.</summary>
    /// <param name="track">The track.</param>
    /// <param name="layers">The layers, one bit each.</param>
    /// <param name="ceiling">The most that other nodes can use of it; zero when none has a viewer.</param>
    void Carry(ExportedTrack track, uint layers, Bitrate ceiling);

    /// <summary>What is cached of these layers is to be given to the desk, for one node.</summary>
    void Replay(ExportedTrack track, uint layers, NodeAddress watcher);

    /// <summary>The publisher is to be asked for key frames of these layers.</summary>
    void WantKeyFrames(ExportedTrack track, uint layers);

    /// <summary>The desk is to be told how the layers are.</summary>
    void TellLayers(ExportedTrack track);
}
