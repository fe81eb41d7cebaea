using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>States a section again as it is now.</summary>
internal static class OwnDirection
{
    /// <summary>The line with the direction of what the section carries, and without sources when nothing
    /// is sent.</summary>
    public static MediaSection Apply(MediaSection line, SessionSection section)
    {
        if (section.Kind == SdpMediaKind.Application)
        {
            return line;
        }

        var directed = line with
        {
            Direction = section switch
            {
                { Receive: not null, Send: not null } => SdpDirection.SendReceive,
                { Receive: not null } => SdpDirection.ReceiveOnly,
                { Send: not null } => SdpDirection.SendOnly,
                _ => SdpDirection.Inactive,
            },
        };
        return section.Send is null
            ? directed with
            {
                Msid = null,
                Ssrcs = [],
                SsrcGroups = [],
            }
            : directed;
    }
}
