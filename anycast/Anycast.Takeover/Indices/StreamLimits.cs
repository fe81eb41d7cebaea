namespace Anycast.Takeover.Indices;

/// <summary>How far indices of a kind reach.</summary>
/// <param name="AheadMax">Most that are reserved ahead of what was sent.</param>
/// <param name="Reach">A receiver that has an index guesses those below this much above it right; 0 where the index is
/// in the packet.</param>
/// <param name="IndexMax">The last index of a key.</param>
internal readonly record struct StreamLimits(long AheadMax, long Reach, long IndexMax)
{
    /// <summary>Chosen: RTCP goes at most some ten times a second, and its indices are no scarce thing.</summary>
    private const long SrtcpAheadMax = 1 << 10;

    /// <summary>Chosen: a data channel at 1 Gbit/s has 100,000 records a second.</summary>
    private const long DtlsAheadMax = 1 << 18;

    /// <summary>The limits of a kind.</summary>
    public static StreamLimits Of(StreamKind kind, TakeoverOptions options) =>
        kind switch
        {
            StreamKind.Srtp => new(options.ReserveAheadMax, options.RolloverReach, (1L << 48) - 1),
            StreamKind.Srtcp => new(SrtcpAheadMax, Reach: 0, (1L << 31) - 1),
            StreamKind.Dtls => new(DtlsAheadMax, Reach: 0, (1L << 48) - 1),
            StreamKind.None or _ => default,
        };
}
