namespace Edge.Load;

/// <summary>What a run's publisher sends.</summary>
internal enum LoadMedia
{
    /// <summary>The packets of Chromium, of 720p30 VP8 at 2.5 Mbit/s and Opus: as long, and as close together.</summary>
    Captured,

    /// <summary>30 frames a second of 9 packets of one length, each frame spread over 5 ms, and Opus-like packets of
    /// one length 50 times a second.</summary>
    Plain,

    /// <summary>Of the captured packets Opus alone: a camera that is off. For many streams, of which a machine carries more of
    /// these.</summary>
    Sound,
}
