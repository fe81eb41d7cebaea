namespace Edge.Wire.Rtcp;

/// <summary>Feedback message types, in the place of the count of other blocks.</summary>
internal static class RtcpFormat
{
    /// <summary>RTPFB: generic NACK (RFC 4585 §6.2).</summary>
    public const int GenericNack = 1;

    /// <summary>RTPFB: transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01).</summary>
    public const int TransportWide = 15;

    /// <summary>PSFB: picture loss indication (RFC 4585 §6.3).</summary>
    public const int PictureLoss = 1;

    /// <summary>PSFB: full intra request (RFC 5104 §4.3.1).</summary>
    public const int FullIntra = 4;

    /// <summary>PSFB: application layer feedback (RFC 4585 §6.4), where REMB lives.</summary>
    public const int ApplicationLayer = 15;
}
