namespace Edge.Wire.Sdp.Attributes;

/// <summary>Words and mirror images of directions.</summary>
public static class SdpDirectionText
{
    /// <summary>Reads the word of a direction.</summary>
    public static bool TryParse(ReadOnlySpan<char> word, out SdpDirection direction)
    {
        direction = word switch
        {
            "sendonly" => SdpDirection.SendOnly,
            "recvonly" => SdpDirection.ReceiveOnly,
            "inactive" => SdpDirection.Inactive,
            _ => SdpDirection.SendReceive,
        };
        return direction != SdpDirection.SendReceive || word is "sendrecv";
    }

    /// <summary>The word of a direction.</summary>
    public static string ToWord(this SdpDirection direction) =>
        direction switch
        {
            SdpDirection.SendReceive => "sendrecv",
            SdpDirection.SendOnly => "sendonly",
            SdpDirection.ReceiveOnly => "recvonly",
            SdpDirection.Inactive => "inactive",
            _ => "inactive",
        };

    /// <summary>The same direction seen from the other side.</summary>
    public static SdpDirection Mirror(this SdpDirection direction) =>
        direction switch
        {
            SdpDirection.SendOnly => SdpDirection.ReceiveOnly,
            SdpDirection.ReceiveOnly => SdpDirection.SendOnly,
            SdpDirection.SendReceive => SdpDirection.SendReceive,
            SdpDirection.Inactive => SdpDirection.Inactive,
            _ => SdpDirection.Inactive,
        };

    /// <summary>Whether the writer sends.</summary>
    public static bool Sends(this SdpDirection direction) =>
        direction is SdpDirection.SendReceive or SdpDirection.SendOnly;

    /// <summary>Whether the writer receives.</summary>
    public static bool Receives(this SdpDirection direction) =>
        direction is SdpDirection.SendReceive or SdpDirection.ReceiveOnly;
}
