namespace Edge.Forwarding.Tests.Support;

/// <summary>What a synthetic packet says of itself.</summary>
internal readonly record struct MediaIdentity(
    ushort Epoch,
    byte Layer,
    long ExtendedSequence,
    bool StartsFrame,
    bool IsKeyFrameStart,
    int PictureId,
    bool IsShortPictureId,
    int Tl0,
    int KeyIndex
);
