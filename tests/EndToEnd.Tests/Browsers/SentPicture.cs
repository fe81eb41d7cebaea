namespace EndToEnd.Tests.Browsers;

/// <summary>What a page sends of the best layer of its picture.</summary>
/// <param name="Width">Of it; 0 before the first.</param>
/// <param name="Frames">Pictures encoded so far.</param>
/// <param name="KeyFrames">Those that are key frames.</param>
/// <param name="Asked">How often it was asked for a key frame.</param>
internal sealed record SentPicture(int Width, long Frames, long KeyFrames, long Asked);
