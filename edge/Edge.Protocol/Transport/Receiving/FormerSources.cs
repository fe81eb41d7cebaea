using Edge.Primitives;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>The SSRCs of sections that ended, and what they were.</summary>
/// <remarks>
/// A browser that takes a section up again goes on with its SSRCs, and names them by MID and RID only until
/// the first receiver report told that they are known (Chromium 156): then no packet says any more whose it
/// is. And packets that are late must not be taken for another section's. Bounded: beyond
/// <see cref="CountMax"/> the oldest is forgotten. Nothing allocates after the first sources.
/// </remarks>
internal sealed partial class FormerSources
{
    /// <summary>Chosen: 64 cameras of three layers with repair, and as much again.</summary>
    public const int CountMax = 768;

    private readonly Dictionary<uint, Source> _sources = [];
    private readonly Queue<uint> _order = new();

    /// <summary>Remembers a source; its latest use counts.</summary>
    public void Add(uint ssrc, in Source source)
    {
        if (!_sources.ContainsKey(ssrc))
        {
            if (_order.Count == CountMax)
            {
                _sources.Remove(_order.Dequeue());
            }

            _order.Enqueue(ssrc);
        }

        _sources[ssrc] = source;
    }

    /// <summary>Finds a source.</summary>
    [HotPath]
    public bool TryFind(uint ssrc, out Source source) => _sources.TryGetValue(ssrc, out source);

    /// <summary>What a source was.</summary>
    /// <param name="Mid">Its section.</param>
    /// <param name="Rid">Its layer; none where there was only one.</param>
    /// <param name="IsRepair">Whether it was the retransmissions.</param>
    internal readonly record struct Source(Mid Mid, Rid Rid, bool IsRepair);
}
