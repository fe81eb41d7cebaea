namespace Anycast.Steering;

/// <summary>What a node says of a session whose names are of another node.</summary>
/// <param name="Name">Which of its names this is about.</param>
/// <param name="Mark">The MAC of the name's code.</param>
/// <param name="Former">The number of the node that the name says.</param>
/// <param name="HasEnded">Whether the session is not the sender's any more.</param>
/// <param name="IsRepeated">Whether that was said before.</param>
public readonly record struct AdoptionWord(
    AdoptedName Name,
    ulong Mark,
    ushort Former,
    bool HasEnded = false,
    bool IsRepeated = false
);
