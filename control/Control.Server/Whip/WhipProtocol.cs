using Control.Server.Apps;
using Control.Server.Sessions;

namespace Control.Server.Whip;

/// <summary>WHIP, RFC 9725: publishes the tracks of a stream.</summary>
internal static class WhipProtocol
{
    /// <summary>RFC 9725 §4.1: GET and HEAD answer 2xx without content.</summary>
    public static StreamProtocol Instance { get; } =
        new("whip", StreamAction.Publish, StatusCodes.Status204NoContent);
}
