namespace Interop.Tests.Support;

/// <summary>What a peer of another stack prints about itself; members that it does not count stay 0.</summary>
/// <param name="State">The peer connection's state.</param>
/// <param name="Frames">Pictures sent, received whole or decoded.</param>
/// <param name="Width">Width of the last decoded picture.</param>
/// <param name="Height">Its height.</param>
/// <param name="Audio">Sound packets received (werift).</param>
/// <param name="Samples">Decoded samples (libwebrtc).</param>
/// <param name="Loudness">The loudest of them.</param>
/// <param name="Buffers">Decoded blocks of sound (GStreamer).</param>
/// <param name="Gaps">Jumps in the sequence numbers of video (werift).</param>
internal sealed record StackCounters(
    string State,
    long Frames,
    int Width,
    int Height,
    long Audio,
    long Samples,
    int Loudness,
    long Buffers,
    int Gaps
)
{
    /// <summary>Where a server takes offers.</summary>
    public int Port { get; init; }

    /// <summary>Whether its answer says a=ice-lite.</summary>
    public bool IsLite { get; init; }

    /// <summary>The state of an app's session with another server.</summary>
    public string Ai { get; init; } = "";

    /// <summary>The label of the data channel that was opened at a server.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The last message that came in a data channel.</summary>
    public string Said { get; init; } = "";

    /// <summary>The offer that the session made.</summary>
    public string Offer { get; init; } = "";

    /// <summary>Whether the peer connection says so.</summary>
    public bool IsConnected => string.Equals(State, "connected", StringComparison.Ordinal);
}
