namespace Edge.Wire.Rtp.Dependencies;

/// <summary>What a frame is to a decode target (AV1 RTP specification, appendix A.4).</summary>
public enum DecodeTargetIndication : byte
{
    /// <summary>'-': the frame is not part of it.</summary>
    NotPresent = 0,

    /// <summary>'D': no later frame of it needs the frame.</summary>
    Discardable = 1,

    /// <summary>'S': one who takes another target may change to this one here.</summary>
    Switch = 2,

    /// <summary>'R': later frames of it may need the frame.</summary>
    Required = 3,
}
