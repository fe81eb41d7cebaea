namespace Edge.Forwarding.Tests.Thinning;

/// <summary>How the layers of a stream build on each other.</summary>
/// <param name="Spatials">Spatial layers.</param>
/// <param name="Temporals">Temporal layers, up to 3.</param>
/// <param name="IsKeyMode">Whether spatial layers refer to each other at key frames only (L3T3_KEY).</param>
internal sealed record LayeredMode(int Spatials, int Temporals, bool IsKeyMode = false)
{
    public override string ToString() => $"L{Spatials}T{Temporals}{(IsKeyMode ? "_KEY" : "")}";

    /// <summary>The temporal layer of a picture: 0 2 1 2, or 0 1.</summary>
    public int TemporalOf(int picture) =>
        Temporals switch
        {
            1 => 0,
            2 => picture % 2,
            _ => (picture % 4) switch
            {
                0 => 0,
                2 => 1,
                _ => 2,
            },
        };

    /// <summary>How many pictures back those are that a picture of a key frame's run refers to, and whether
    /// it is a point to take its temporal layer at. The first layer's pictures refer to each other, those of
    /// the second begin anew every eighth picture, as libwebrtc's VP8 does.</summary>
    public (int[] Back, bool IsSync) ReferencesOf(int picture)
    {
        var temporal = TemporalOf(picture);
        if (picture == 0)
        {
            return ([], false);
        }

        if (Temporals < 3)
        {
            return temporal == 0 ? ([Temporals], false) : ([1], true);
        }

        return (picture % 8) switch
        {
            0 or 4 => ([4], false),
            1 or 5 => ([1], true),
            2 => ([2], true),
            6 => ([2, 4], false),
            _ => ([1, 3], false),
        };
    }

    /// <summary>Whether a frame is part of a decode target.</summary>
    public bool IsPart(LayeredFrame frame, int spatial, int temporal) =>
        frame.Temporal <= temporal
        && (frame.Spatial == spatial || (frame.Spatial < spatial && (!IsKeyMode || frame.IsKey)));

    /// <summary>What a frame is to a decode target.</summary>
    public char IndicationOf(LayeredFrame frame, int picture, int spatial, int temporal)
    {
        if (!IsPart(frame, spatial, temporal))
        {
            return '-';
        }

        if (frame.IsKey)
        {
            return 'S';
        }

        if (frame.Spatial < spatial)
        {
            return 'R';
        }

        // The second layer's picture after the middle one refers to one before it.
        var isClosed = Temporals < 3 || temporal == 0 || picture % 8 != 4;
        return frame.Temporal == 2 ? 'D'
            : isClosed ? 'S'
            : 'R';
    }

    /// <summary>Whether a frame belongs to the chain of a spatial layer.</summary>
    public bool IsInChain(LayeredFrame frame, int chain) =>
        frame.Temporal == 0 && IsPart(frame, chain, temporal: 0);
}
