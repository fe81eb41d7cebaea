namespace Edge.Forwarding.Thinning;

/// <summary>A pair of layers within one stream: the highest of each kind that somebody takes.</summary>
/// <remarks>Shape: up to <see cref="LayersMax"/> of each kind, so that a set of pairs is 16 bits. Encoders
/// send at most 3 by 3 (Chromium 156).</remarks>
/// <param name="Spatial">The spatial layer, 0 to 3.</param>
/// <param name="Temporal">The temporal layer, 0 to 3.</param>
public readonly record struct LayerCell(byte Spatial, byte Temporal)
{
    /// <summary>Layers of one kind that are told apart.</summary>
    public const int LayersMax = 4;

    /// <summary>Pairs there are.</summary>
    public const int Count = LayersMax * LayersMax;

    /// <summary>Everything there is.</summary>
    public static readonly LayerCell All = new(LayersMax - 1, LayersMax - 1);

    /// <summary>Its number, which rises with the spatial layer first.</summary>
    public int Index => (Spatial * LayersMax) + Temporal;

    /// <summary>Its place in a set of pairs.</summary>
    public ushort Bit => (ushort)(1 << Index);

    /// <summary>Whether all of the other is part of this one in a stream whose layers build on each other.</summary>
    public bool Covers(LayerCell other) => Spatial >= other.Spatial && Temporal >= other.Temporal;

    /// <summary>The pairs that a frame of this one is part of in such a stream.</summary>
    public ushort Covering
    {
        get
        {
            var rows = 0;
            var row = (0xF << Temporal) & 0xF;
            for (int spatial = Spatial; spatial < LayersMax; spatial++)
            {
                rows |= row << (spatial * LayersMax);
            }

            return (ushort)rows;
        }
    }

    /// <summary>The pair of a number.</summary>
    public static LayerCell Of(int index) =>
        new((byte)(index / LayersMax), (byte)(index % LayersMax));

    /// <summary>The highest pair of a set that a cap allows: the spatial layer first. Where the cap is below
    /// all there is, the lowest.</summary>
    public static LayerCell Best(ushort set, LayerCell cap)
    {
        for (int spatial = cap.Spatial; spatial >= 0; spatial--)
        {
            var row = (set >> (spatial * LayersMax)) & 0xF;
            var allowed = row & ((2 << cap.Temporal) - 1);
            if (allowed != 0)
            {
                return new((byte)spatial, (byte)int.Log2(allowed));
            }
        }

        return set == 0 ? default : Of(int.TrailingZeroCount(set));
    }
}
