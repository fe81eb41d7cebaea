using System.Collections.Immutable;
using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>What a made-up camera sends.</summary>
public sealed record CameraOptions
{
    /// <summary>A camera's usual three layers, 2.3 Mbit/s in all.</summary>
    public static CameraOptions ThreeLayers { get; } =
        new()
        {
            Layers =
            [
                new CameraLayer(Rid.Create("c"), Bitrate.FromKilobits(150), 320, 180),
                new CameraLayer(Rid.Create("b"), Bitrate.FromKilobits(500), 640, 360),
                new CameraLayer(Rid.Create("a"), Bitrate.FromKilobits(1700), 1280, 720),
            ],
        };

    /// <summary>A camera of one layer of 2.5 Mbit/s that sends no more than it is told can be used.</summary>
    public static CameraOptions OneLayer { get; } =
        new()
        {
            Layers = [new CameraLayer(default, Bitrate.FromKilobits(2500), 1280, 720)],
            ObeysLimits = true,
        };

    /// <summary>The layers, in no order that says anything.</summary>
    public required ImmutableArray<CameraLayer> Layers { get; init; }

    /// <summary>Pictures a second. Default 30.</summary>
    public int FramesPerSecond { get; init; } = 30;

    /// <summary>From a request to the key frame: the way to the publisher, its encoder and the way back.
    /// Default 60 ms.</summary>
    public TimeSpan KeyFrameDelay { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>Whether it sends no more than it is told can be used. Default false. It obeys after
    /// <see cref="KeyFrameDelay"/>.</summary>
    public bool ObeysLimits { get; init; }

    /// <summary>Time from one key frame to the next without a request. Default never.</summary>
    public TimeSpan KeyFrameInterval { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether key frames are made on request. Default true; broadcasters' encoders do not.</summary>
    public bool AnswersRequests { get; init; } = true;

    /// <summary>How much larger a key frame is than the mean. Default 4.</summary>
    public double KeyFrameFactor { get; init; } = 4;

    /// <summary>Most that a picture's size differs from the mean, up or down, uniformly. Default 0.2.</summary>
    public double Variation { get; init; } = 0.2;
}
