using Edge.Wire.Payload;
using Edge.Wire.Sdp;

namespace Edge.Node.Sessions.Calls;

/// <summary>The words of the API for kinds of media.</summary>
internal static class KindNames
{
    /// <summary>"audio" or "video".</summary>
    public static string Of(MediaKind kind) => kind == MediaKind.Audio ? "audio" : "video";

    /// <summary>"audio", "video" or "application".</summary>
    public static string Of(SdpMediaKind kind) =>
        kind switch
        {
            SdpMediaKind.Audio => "audio",
            SdpMediaKind.Video => "video",
            SdpMediaKind.Application => "application",
            SdpMediaKind.Other => "other",
            _ => "other",
        };

    /// <summary>Reads one of the two words; null for any other.</summary>
    public static MediaKind? Parse(string? word) =>
        word switch
        {
            "audio" => MediaKind.Audio,
            "video" => MediaKind.Video,
            _ => null,
        };
}
