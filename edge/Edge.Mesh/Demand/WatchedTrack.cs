using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Mesh.Demand;

/// <summary>A track of another node as the one that watches it has it.</summary>
internal sealed class WatchedTrack(TrackToken token)
{
    /// <summary>Its name.</summary>
    public TrackToken Token => token;

    /// <summary>Whose it is.</summary>
    public DemandKey Key { get; set; }

    /// <summary>Whether it is not said yet that it is watched: its owner is being asked for it.</summary>
    public bool IsUnsaid { get; set; }

    /// <summary>Whether the way from its owner has no room for all that is wanted.</summary>
    public bool IsNarrow { get; set; }

    /// <summary>The layers that somebody watches here.</summary>
    public uint Wanted { get; set; }

    /// <summary>The most of it that anybody can use here; zero while nobody says so.</summary>
    public Bitrate Ceiling { get; set; }

    /// <summary>The layers that are subscribed: those, and those that were until a moment ago.</summary>
    public uint Taken { get; set; }

    /// <summary>The layers of which a key frame is to be asked for.</summary>
    public uint KeyFrames { get; set; }

    /// <summary>When layers are given up that nobody watches any more.</summary>
    public Instant ReleaseAt { get; set; } = Instant.Never;
}
