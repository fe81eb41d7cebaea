namespace EndToEnd.Tests.Browsers;

/// <summary>What a browser says of a picture that it receives, at one moment.</summary>
/// <param name="At">The moment: milliseconds since 1970, the same for all pages of a machine.</param>
/// <param name="Mid">Which picture: its section.</param>
/// <param name="Width">Of the picture decoded last; 0 before the first.</param>
/// <param name="Frames">Pictures decoded so far.</param>
/// <param name="Freezes">Freezes so far, as the W3C counts them (webrtc-stats, freezeCount): from one picture to
/// the next it took three times as long as usual, and 150 ms more than usual.</param>
/// <param name="FrozenSeconds">How long those took together.</param>
/// <param name="Bytes">Payload received so far.</param>
/// <param name="Lost">Packets that were missed and not repaired.</param>
internal sealed record PictureSample(
    double At,
    string Mid,
    int Width,
    long Frames,
    long Freezes,
    double FrozenSeconds,
    long Bytes,
    long Lost
);
