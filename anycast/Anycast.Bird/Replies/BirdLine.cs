namespace Anycast.Bird.Replies;

/// <summary>A line of BIRD's answer to a command.</summary>
/// <param name="Code">What kind of line: 0 to 9999, see <see cref="BirdCode"/>.</param>
/// <param name="IsLast">Whether it ends the answer.</param>
/// <param name="Text">What it says, without the line end.</param>
public readonly record struct BirdLine(int Code, bool IsLast, string Text);
