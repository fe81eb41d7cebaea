using Control.Server.Apps;

namespace Control.Server.Sessions;

/// <summary>What tells WHIP and WHEP apart; all else of the two is one and the same.</summary>
/// <param name="Segment">The path segment before the stream's name.</param>
/// <param name="Action">What a session does, and which token it takes.</param>
/// <param name="HeadStatus">The status of HEAD on the endpoint.</param>
internal sealed record StreamProtocol(string Segment, StreamAction Action, int HeadStatus)
{
    /// <summary>The extensions that a session has, as values of <c>Link</c> behind its path.</summary>
    public Func<string, string[]> LinksOf { get; init; } = _ => [];
}
