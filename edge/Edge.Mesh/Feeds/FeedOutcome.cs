namespace Edge.Mesh.Feeds;

/// <summary>What became of a frame of another node.</summary>
public enum FeedOutcome : byte
{
    /// <summary>It was taken.</summary>
    Taken,

    /// <summary>It makes no sense.</summary>
    Malformed,

    /// <summary>It was seen before, came too late, or is of a publisher that is not or no more known.</summary>
    Dropped,

    /// <summary>It says that the track is gone for good.</summary>
    Ended,
}
