namespace Edge.Forwarding.KeyFrames;

/// <summary>How a publisher was seen to treat key-frame requests.</summary>
public enum KeyFrameHabit : byte
{
    /// <summary>It was not asked yet, or the answer is still awaited.</summary>
    Unknown,

    /// <summary>A key frame followed a request soon.</summary>
    Answers,

    /// <summary>None did: OBS and FFmpeg only send key frames at their own interval.</summary>
    Ignores,
}
