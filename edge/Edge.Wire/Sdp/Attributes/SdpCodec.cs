using System.Collections.Immutable;
using Edge.Primitives;

namespace Edge.Wire.Sdp.Attributes;

/// <summary>A payload format: its <c>a=rtpmap</c>, <c>a=fmtp</c> and <c>a=rtcp-fb</c> lines together.</summary>
/// <param name="PayloadType">Its number.</param>
/// <param name="Name">Its encoding name as written.</param>
/// <param name="ClockRate">Ticks of the RTP timestamp in a second.</param>
public sealed record SdpCodec(PayloadType PayloadType, string Name, uint ClockRate)
{
    /// <summary>Channels; 1 when not said.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>The value of <c>a=fmtp</c> without the number.</summary>
    public string? Format { get; init; }

    /// <summary>The values of <c>a=rtcp-fb</c> without the number, those for "*" among them.</summary>
    public ImmutableArray<string> Feedback { get; init; } = [];

    /// <summary>Whether the name is this one, whatever the case (RFC 8866 §6.6).</summary>
    public bool Is(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a feedback value is there.</summary>
    public bool HasFeedback(string value)
    {
        foreach (var feedback in Feedback)
        {
            if (string.Equals(feedback, value, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
