namespace EndToEnd.Tests.Browsers;

/// <summary>What a browser says about its newest connection.</summary>
/// <param name="At">When it said so: milliseconds since 1970.</param>
/// <param name="SourceWidth">Of the publisher's picture before it is encoded; 0 at a viewer.</param>
/// <param name="Peers">Connections that the page made so far.</param>
/// <param name="Layers">Video encodings that are sent.</param>
/// <param name="LimitedBy">What keeps these from being better (W3C webrtc-stats, qualityLimitationReason), each
/// reason once; empty at a viewer.</param>
/// <param name="Width">Of the received video, or of the best that is sent.</param>
/// <param name="Height">The same.</param>
/// <param name="Codec">The video's codec.</param>
/// <param name="Frames">Decoded, or encoded of the best layer.</param>
/// <param name="KeyFrames">Decoded, or encoded of the layer with most.</param>
/// <param name="AudioEnergy">Total energy of the received audio.</param>
/// <param name="AudioPackets">Received audio packets.</param>
/// <param name="Bytes">Received payload of sound and picture.</param>
/// <param name="FramesShown">Pictures on the screen.</param>
/// <param name="Protocol">By what it goes: "udp" or "tcp", that of the selected candidate pair.</param>
/// <param name="LocalPort">Of that pair; 0 while there is none.</param>
/// <param name="RemoteAddress">The same, without the port.</param>
internal sealed record MediaNumbers(
    double At,
    int SourceWidth,
    int Peers,
    int Layers,
    string LimitedBy,
    int Width,
    int Height,
    string Codec,
    long Frames,
    long KeyFrames,
    double AudioEnergy,
    long AudioPackets,
    long Bytes,
    long FramesShown,
    string Protocol,
    int LocalPort,
    string RemoteAddress
);
