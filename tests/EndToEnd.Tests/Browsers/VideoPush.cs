namespace EndToEnd.Tests.Browsers;

/// <summary>What a <see cref="VideoPage"/> publishes.</summary>
internal sealed record VideoPush
{
    /// <summary>As the end of its MIME type.</summary>
    public required string Codec { get; init; }

    /// <summary>Of the picture.</summary>
    public required int Width { get; init; }

    /// <summary>Of the picture.</summary>
    public required int Height { get; init; }

    /// <summary>Pictures a second.</summary>
    public required int FramesPerSecond { get; init; }

    /// <summary>As addTransceiver takes them.</summary>
    public required IReadOnlyList<VideoEncoding> Encodings { get; init; }

    /// <summary>What pictures are encrypted with from end to end, in hex; null: not at all.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the server is told that it is encrypted.</summary>
    public bool IsFlagged { get; init; }
}

/// <summary>One encoding of a published picture (W3C webrtc-pc, RTCRtpEncodingParameters).</summary>
/// <param name="Rid">The layer's name; null where there is only one.</param>
/// <param name="ScaleResolutionDownBy">How many times smaller than the picture.</param>
/// <param name="MaxBitrate">Bits a second.</param>
/// <param name="ScalabilityMode">Layers within it (W3C webrtc-svc); null for the browser's choice.</param>
internal sealed record VideoEncoding(
    string? Rid,
    double ScaleResolutionDownBy,
    int MaxBitrate,
    string? ScalabilityMode = null
);
