using System.Collections.Immutable;
using Anycast.Bird.Replies;

namespace Anycast.Bird;

/// <summary>The outcome of asking BIRD for something.</summary>
public abstract record BirdReply
{
    private BirdReply() { }

    /// <summary>It did it.</summary>
    public sealed record Done(ImmutableArray<BirdLine> Lines) : BirdReply;

    /// <summary>It answered that it does not.</summary>
    /// <param name="Code">The number that it gave, 8000 or more.</param>
    /// <param name="Problem">A sentence for people, with what BIRD said.</param>
    public sealed record Refused(int Code, string Problem) : BirdReply;

    /// <summary>It was not reached, did not answer in time, or answered what makes no sense.</summary>
    /// <param name="Problem">A sentence for people.</param>
    public sealed record Unreachable(string Problem) : BirdReply;
}
