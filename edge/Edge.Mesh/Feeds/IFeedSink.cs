using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Feeds;

/// <summary>Takes what a <see cref="FeedIntake"/> reads. Implemented by structs, so that calls are inlined.</summary>
public interface IFeedSink
{
    /// <summary>How many layers the publisher has whose packets come.</summary>
    int LayerCount { get; }

    /// <summary>Another publisher sends the track from now on, or the first one; false when its packets cannot be
    /// taken here.</summary>
    /// <param name="description">What its packets are.</param>
    /// <param name="name">Which publisher it is.</param>
    bool TryBegin(MeshDescription description, SourceName name);

    /// <summary>Something was said of the track.</summary>
    /// <param name="layer">Whose frame said it.</param>
    /// <param name="state">What was said.</param>
    /// <param name="layers">And of each layer; empty for nothing.</param>
    void HandleState(int layer, in MeshTrackState state, ReadOnlySpan<MeshLayerState> layers);

    /// <summary>A packet.</summary>
    /// <param name="layer">Its layer, below <see cref="LayerCount"/>.</param>
    /// <param name="packet">What its owner knows of it.</param>
    /// <param name="rtp">The whole plain packet, not yet checked; valid during the call.</param>
    void HandlePacket(byte layer, in MeshPacket packet, ReadOnlySpan<byte> rtp);

    /// <summary>Something is missing that only a key frame heals.</summary>
    void WantKeyFrame(int layer);
}
