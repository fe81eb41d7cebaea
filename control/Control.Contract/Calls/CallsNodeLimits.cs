using System.Text.Json.Serialization;

namespace Control.Contract.Calls;

/// <summary>The times a node holds its sessions to. Part of its options; control publishes them.</summary>
/// <remarks>The defaults are those of Cloudflare's documented limits, so that its clients meet what they
/// are written for.</remarks>
public sealed record CallsNodeLimits
{
    /// <summary>How long a call that needs the transport waits for it to connect.</summary>
    [JsonRequired]
    public TimeSpan ConnectWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a pull waits for the first packet of its track.</summary>
    [JsonRequired]
    public TimeSpan MediaWait { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a track sends nothing before it is called silent.</summary>
    /// <remarks>Cloudflare's 30 s; but there a silent track is gone, everywhere it is pulled, and here it
    /// stays: whoever mutes a camera for a minute wants it back without anybody having to ask.</remarks>
    [JsonRequired]
    public TimeSpan TrackIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a session lasts without connectivity, or before its first.</summary>
    [JsonRequired]
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long forwarding waits for the first message of a reader that asked to be waited for.</summary>
    [JsonRequired]
    public TimeSpan AckWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two events of quality of one session. Chosen: two intervals of the reports
    /// that they rest on (RFC 3550 §6.2), so that each has news of both directions.</summary>
    [JsonRequired]
    public TimeSpan QualityInterval { get; init; } = TimeSpan.FromSeconds(10);
}
