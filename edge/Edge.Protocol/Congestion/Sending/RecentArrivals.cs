using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>How fast packets came in the last two feedback blocks, as it was and not as a mean of the past.</summary>
/// <remarks>
/// A better layer is sent from one moment to the next. If its key frame fills the path, the mean of what arrives is
/// still that of the worse layer, and a rate lowered to it would be far too low; while a queue stands, what comes in
/// one block is what the path carries. Blocks shorter than <see cref="SpanMin"/> say nothing: a lump that a channel
/// held back comes faster than any path.
/// </remarks>
internal partial struct RecentArrivals
{
    /// <summary>Chosen: half a feedback interval, longer than a channel holds packets back.</summary>
    private static readonly TimeSpan SpanMin = TimeSpan.FromMilliseconds(50);

    /// <summary>Chosen: three feedback intervals.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromMilliseconds(300);

    private Bitrate _last;
    private Bitrate _former;
    private Instant _lastAt;
    private Instant _formerAt;

    /// <summary>Takes a block.</summary>
    /// <param name="bytes">What came in it, without the first packet.</param>
    /// <param name="span">From its first arrival to its last.</param>
    /// <param name="now">When the block came.</param>
    [HotPath]
    public void HandleBlock(long bytes, TimeSpan span, Instant now)
    {
        if (span < SpanMin)
        {
            return;
        }

        _former = _last;
        _formerAt = _lastAt;
        _last = Bitrate.FromBytes(bytes, span);
        _lastAt = now;
    }

    /// <summary>The higher of the two rates; zero when neither is recent.</summary>
    [HotPath]
    public readonly Bitrate Most(Instant now)
    {
        var last = now - _lastAt <= AgeMax ? _last : Bitrate.Zero;
        var former = now - _formerAt <= AgeMax ? _former : Bitrate.Zero;
        return Bitrate.Max(last, former);
    }
}
