namespace Edge.Mesh.Names;

/// <summary>Says that a node publishes a stream, or does so no more.</summary>
/// <param name="Claim">Who, and which of its publishers.</param>
public readonly record struct ClaimNotice(StreamClaim Claim)
{
    /// <summary>How long its publisher had been there when this was said, by the node's monotonic clock; zero when
    /// that is not said.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Whether it answers another claim or was said before: it is not answered itself.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether it is not so any more.</summary>
    public bool HasEnded { get; init; }
}
