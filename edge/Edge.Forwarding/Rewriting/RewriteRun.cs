namespace Edge.Forwarding.Rewriting;

/// <summary>A stretch of one layer's packets that is forwarded with constant offsets.</summary>
internal struct RewriteRun
{
    /// <summary>The first received number of the stretch.</summary>
    public long FirstIn;

    /// <summary>The last received number that was judged: it has an outgoing one or was dropped; below
    /// <see cref="FirstIn"/> while none.</summary>
    public long LastIn;

    /// <summary>The outgoing number of the first packet that gets one.</summary>
    public long FirstOut;

    /// <summary>The last outgoing number given; below <see cref="FirstOut"/> while none.</summary>
    public long LastOut;

    /// <summary>How timestamps are rewritten.</summary>
    public TimestampMap Timestamps;

    /// <summary>What is taken from VP8 counters.</summary>
    public PictureIndexes Pictures;

    /// <summary>The publisher.</summary>
    public ushort Epoch;

    /// <summary>What is taken from frame numbers of dependency descriptors.</summary>
    public ushort FrameOffset;

    /// <summary>Whether dependency descriptors are sent: it began with the structure they refer to.</summary>
    public bool HasDescriptors;

    /// <summary>The layer.</summary>
    public byte Layer;

    /// <summary>Whether a number of a layer lies within what the stretch has judged.</summary>
    public readonly bool Holds(int layer, ushort epoch, long extendedIn) =>
        Layer == layer && Epoch == epoch && extendedIn >= FirstIn && extendedIn <= LastIn;
}
