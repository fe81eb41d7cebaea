namespace Edge.Protocol.Negotiation.Answering;

/// <summary>When redundant sound (RFC 2198) is agreed beside a format that is offered with it.</summary>
internal enum RedundancyRule
{
    /// <summary>Not at all.</summary>
    Never,

    /// <summary>When the offer has it before the format: the client wants to send it. Chromium offers it behind, and
    /// a page that wants it puts it in front (<c>setCodecPreferences</c>).</summary>
    /// <remarks>To take it unasked would break sound that is encrypted from end to end: libwebrtc makes redundant
    /// packets in the encoder, in front of the encoded transform, so that the key hides their header from this end and
    /// their own sound could not be told apart for viewers without it. No description says that a page encrypts;
    /// one that does must not prefer it. (LiveKit's clients turn it off then, for the same reason.)</remarks>
    Preferred,

    /// <summary>Whenever it is offered.</summary>
    Offered,
}
