namespace Edge.Node.MeshLink;

/// <summary>What a track is, or why that cannot be said.</summary>
internal sealed record TrackAnswer
{
    /// <summary>The name of a <see cref="Control.Contract.Calls.CallsErrorCode"/>; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>The sentence that goes with it.</summary>
    public string? Description { get; init; }

    /// <summary>A mesh frame without packets: what the track is, and how its layers are.</summary>
    public byte[]? Frame { get; init; }

    /// <summary>"screen" for a shared screen; null for nothing in particular, and from nodes that do not
    /// know.</summary>
    public string? Content { get; init; }

    /// <summary>The group of the session that publishes it.</summary>
    public string? Group { get; init; }
}
