using Control.Server.Apps;
using Control.Server.Sessions;

namespace Control.Server.Whep;

/// <summary>WHEP, draft-ietf-wish-whep-04: plays a stream.</summary>
/// <remarks>Offers always come from the client: a counter-offer (406) is optional in the draft, and
/// Eyevinn's player takes it for "retry without audio or video".</remarks>
internal static class WhepProtocol
{
    /// <summary>The draft's endpoint section: HEAD should answer 200 with the type of an SDP, by which
    /// players recognise a WHEP URL.</summary>
    public static StreamProtocol Instance { get; } =
        new("whep", StreamAction.Play, StatusCodes.Status200OK)
        {
            LinksOf = PlayerExtensions.LinksOf,
        };
}
