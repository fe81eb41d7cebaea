namespace Edge.Forwarding.Rewriting;

/// <summary>How received timestamps become sent ones during one run.</summary>
/// <remarks>
/// Shape: two lines that meet at the pivot. After it, distances are kept. Before it they are shrunk by
/// <see cref="Scale"/> / 65536: a burst of cached pictures then takes as long on the viewer's
/// timeline as it takes to send, and live pictures after it are not shown late. Steps between
/// pictures stay positive. Scale 65536 is one straight line.
/// </remarks>
/// <param name="PivotIn">The received timestamp at the pivot.</param>
/// <param name="PivotOut">The sent timestamp at the pivot.</param>
/// <param name="Scale">Shrinking before the pivot, in 1/65536, above 0.</param>
internal readonly record struct TimestampMap(uint PivotIn, uint PivotOut, int Scale)
{
    /// <summary>The scale at which distances are kept.</summary>
    public const int ScaleOne = 65536;

    /// <summary>The sent timestamp of a received one.</summary>
    public uint Map(uint timestamp)
    {
        var distance = unchecked((int)(timestamp - PivotIn));
        return distance >= 0
            ? unchecked(PivotOut + (uint)distance)
            : unchecked(PivotOut + (uint)(int)(((long)distance * Scale) >> 16));
    }

    /// <summary>How much closer to the pivot a timestamp was moved, in units; 0 behind the pivot.</summary>
    public long ShrunkBy(uint timestamp)
    {
        var distance = unchecked((int)(timestamp - PivotIn));
        return distance >= 0 ? 0 : (((long)distance * Scale) >> 16) - distance;
    }
}
