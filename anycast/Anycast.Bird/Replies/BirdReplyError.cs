namespace Anycast.Bird.Replies;

/// <summary>Why bytes are no answer of BIRD's.</summary>
public enum BirdReplyError : byte
{
    /// <summary>They are, so far.</summary>
    None,

    /// <summary>A line is longer than any of BIRD's.</summary>
    LineTooLong,

    /// <summary>More lines than an answer of any command used here has.</summary>
    TooManyLines,

    /// <summary>A line that begins neither with a number nor as a continuation.</summary>
    NoCode,
}
