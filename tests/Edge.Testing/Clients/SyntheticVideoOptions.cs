using Edge.Wire.Payload;

namespace Edge.Testing.Clients;

/// <summary>Shape of a made-up video stream.</summary>
public sealed record SyntheticVideoOptions
{
    /// <summary>Payload format: VP8 or H.264.</summary>
    public CodecKind Codec { get; init; } = CodecKind.Vp8;

    /// <summary>Frames a second. Default 30.</summary>
    public int FramesPerSecond { get; init; } = 30;

    /// <summary>Packets of each frame. Default 3.</summary>
    public int PacketsPerFrame { get; init; } = 3;

    /// <summary>Temporal layers of VP8: 1, the default, or 2, of which every other frame is the upper one.</summary>
    public int TemporalLayers { get; init; } = 1;

    /// <summary>From a frame's first packet to its last, evenly spread as by a browser's pacer. Default
    /// zero: all at once.</summary>
    public TimeSpan FrameSpread { get; init; }

    /// <summary>Payload bytes of each packet. Default 1000.</summary>
    public int PayloadBytes { get; init; } = 1000;

    /// <summary>Frames between key frames; 0, the default, makes them only when asked.</summary>
    public int KeyFrameInterval { get; init; }

    /// <summary>Whether a request is answered; OBS and FFmpeg ignore it.</summary>
    public bool AnswersKeyFrameRequests { get; init; } = true;

    /// <summary>Width in key frames, in pixels.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Height in key frames, in pixels.</summary>
    public int Height { get; init; } = 360;

    /// <summary>The first frame's RTP timestamp.</summary>
    public uint FirstTimestamp { get; init; } = 1_000_000;
}
