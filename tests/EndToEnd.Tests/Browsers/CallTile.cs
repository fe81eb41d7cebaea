namespace EndToEnd.Tests.Browsers;

/// <summary>A tile of a call, as the page's snapshot has it.</summary>
/// <param name="Key">Whose: a session, or "you"; with "/screen" for a screen.</param>
/// <param name="Name">The person's name.</param>
/// <param name="IsOwn">Whether it is the page's own.</param>
/// <param name="IsScreen">Whether it is a screen.</param>
/// <param name="IsMuted">Whether it shows that no sound comes.</param>
/// <param name="HasVideo">Whether it has a picture and not only initials.</param>
/// <param name="IsStalled">Whether its picture stands still.</param>
/// <param name="Frames">Pictures shown.</param>
/// <param name="Width">Of the picture.</param>
/// <param name="Height">Of the picture.</param>
internal sealed record CallTile(
    string Key,
    string Name,
    bool IsOwn,
    bool IsScreen,
    bool IsMuted,
    bool HasVideo,
    bool IsStalled,
    int Frames,
    int Width,
    int Height
);
