namespace Edge.Forwarding.Tracks;

/// <summary>The bounds and times of a track.</summary>
public sealed record TrackOptions
{
    /// <summary>Packets cached for each video layer, a power of two. Default 2048. Chosen: 2 s (the
    /// key-frame interval broadcasters set) of 10 Mbit/s; at most 3.4 MB of slots. When it is full the
    /// oldest packet leaves, and a key frame that leaves is no longer a starting point.</summary>
    public int VideoCachePackets { get; init; } = 2048;

    /// <summary>Packets cached for audio, a power of two. Default 128. Chosen: over 1 s of 10 ms frames.</summary>
    public int AudioCachePackets { get; init; } = 128;

    /// <summary>How long packets are kept for NACKs beyond the key-frame cache. Default 1 s. Chosen:
    /// viewers' jitter buffers are shorter.</summary>
    public TimeSpan HistoryAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Age up to which a cached key frame starts a viewer at once, whatever the publisher.
    /// Default 2 s. Chosen: the burst is then smaller than what asking for another key frame costs.</summary>
    public TimeSpan FreshKeyFrameAge { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Age up to which a key frame stays cached for publishers that do not answer requests.
    /// Default 12 s. Chosen: encoders' usual default of 250 frames at 25 frames a second, and reserve.</summary>
    public TimeSpan KeyFrameAgeMax { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How long packets of a picture wait for its last one, so that each viewer is sent all of them at once; zero:
    /// they do not. Default zero. A decoder shows no picture before it is whole.</summary>
    public TimeSpan PictureWait { get; init; }

    /// <summary>How long a joiner waits for a requested key frame before it starts from an older cached
    /// one. Default 300 ms. Chosen: covers a round trip and an encoder; leaves most of the second a
    /// join may take.</summary>
    public TimeSpan KeyFramePatience { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Silence after which a layer is dead, while another one has pictures, of which too few were seen to
    /// know how often it has some. Default 1 s. Chosen: the first pictures of an encoder come irregularly.</summary>
    public TimeSpan DeadLayerAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Least time between two key-frame requests for one layer. Default 500 ms.</summary>
    public TimeSpan KeyFrameRequestInterval { get; init; } = TimeSpan.FromMilliseconds(500);
}
