using Edge.Primitives;

namespace Edge.Testing.Clients;

/// <summary>Where a stream's packets come from.</summary>
public interface IMediaSource
{
    /// <summary>When the next packet is due; never, before the start.</summary>
    Instant NextAt { get; }

    /// <summary>Begins the stream.</summary>
    void Start(Instant now);

    /// <summary>Makes the next frame a key frame, where there are such and requests are answered.</summary>
    void RequestKeyFrame();

    /// <summary>Writes the next packet that is due; false when none is.</summary>
    bool TryNext(Span<byte> payload, Instant now, out SyntheticPacket packet);
}
