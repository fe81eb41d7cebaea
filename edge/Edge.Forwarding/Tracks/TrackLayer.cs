using System.Runtime.CompilerServices;
using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.Rewriting;
using Edge.Forwarding.Thinning;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tracks;

/// <summary>One simulcast layer of a track's current publisher.</summary>
internal sealed partial class TrackLayer
{
    /// <summary>Makes an empty layer.</summary>
    public TrackLayer(int cachePackets, PacketPool[] pools)
    {
        Cache = new(cachePackets, pools);
    }

    /// <summary>Its latest packets.</summary>
    public PacketCache Cache { get; }

    /// <summary>The packets of its newest picture that wait for the rest.</summary>
    public GatheredPicture Gathered { get; } = new();

    /// <summary>Its rid; empty without simulcast.</summary>
    public Rid Rid { get; set; }

    /// <summary>Its pictures' size by its last key frame; zero while not known.</summary>
    public VideoSize Size { get; set; }

    /// <summary>The same of each spatial layer within it.</summary>
    public SpatialSizes Sizes;

    /// <summary>Its last sender report.</summary>
    public LayerClock Clock { get; set; }

    /// <summary>The state of its picture id expansion; a field, because it is changed in place.</summary>
    public PictureIdExpander Pictures;

    /// <summary>Reads its dependency descriptors; null where none are agreed.</summary>
    public DescriptorReader? Descriptors { get; set; }

    /// <summary>Whether nobody can tell its key frames: its packets are encrypted and have no dependency
    /// descriptors.</summary>
    public bool IsBlind { get; set; }

    /// <summary>The rates of the layers within it.</summary>
    public LayerRateMeter Rates { get; set; } = new();

    /// <summary>The timestamp of its newest packet.</summary>
    public uint NewestTimestamp { get; set; }

    /// <summary>When its newest packet came; never before the first.</summary>
    public Instant NewestAt { get; set; } = Instant.Never;

    /// <summary>The first packet since its timestamps last jumped; 0 when they never did.</summary>
    public long FirstAfterJump { get; set; }

    /// <summary>Forgets the publisher.</summary>
    public void Clear()
    {
        Cache.Clear();
        Rid = default;
        Size = default;
        Sizes = default;
        Clock = default;
        Pictures = default;
        Descriptors = null;
        IsBlind = false;
        Rates.Clear();
        NewestAt = Instant.Never;
        FirstAfterJump = 0;
    }

    /// <summary>One size for each spatial layer that is told apart.</summary>
    [InlineArray(LayerCell.LayersMax)]
    internal struct SpatialSizes
    {
        private VideoSize _first;
    }
}
