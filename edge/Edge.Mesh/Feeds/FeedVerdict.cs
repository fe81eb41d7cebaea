namespace Edge.Mesh.Feeds;

/// <summary>What is to be done with a frame of another node.</summary>
public enum FeedVerdict : byte
{
    /// <summary>It goes on where the last one ended.</summary>
    Take,

    /// <summary>It is taken, but something before it is missing: a key frame is needed.</summary>
    TakeAfterGap,

    /// <summary>It is taken, although later ones came before: it was missed.</summary>
    TakeLate,

    /// <summary>It came too late to be worth anything; a key frame is needed.</summary>
    TooLate,

    /// <summary>It was seen before, or is of a source that was followed by another one.</summary>
    Old,
}
