using Edge.Primitives;
using Edge.Wire.Rtcp.Reports;

namespace Edge.Protocol.Congestion.Sending.Loss;

/// <summary>Reads from receiver reports what was lost on the way to the viewer since the reports before.</summary>
/// <remarks>
/// Reports count every number that is missing, also those that we never sent because they were lost before
/// us: the owner says how many these are, and they are taken off.
/// Bounded: <see cref="SourcesMax"/> sources; a further one takes the place of the one heard longest ago.
/// Source: RFC 3550 §6.4.1, §A.3.
/// </remarks>
internal sealed partial class ReportedLosses
{
    /// <summary>Chosen: the sections of a large room's viewer that send at a time.</summary>
    public const int SourcesMax = 64;

    /// <summary>Places at first. Chosen: sound, a picture and its repair.</summary>
    private const int SourcesMin = 4;

    private Source[] _sources = [];
    private int _count;

    /// <summary>What a report adds.</summary>
    /// <param name="report">The report.</param>
    /// <param name="neverSent">Numbers of this source, from its start, that we skipped.</param>
    /// <param name="now">When it came.</param>
    /// <param name="received">Packets that came since the report before.</param>
    /// <param name="lost">Packets that were lost since then.</param>
    /// <returns>False for the first report of a source, and for one of numbers already told.</returns>
    public bool TryAdd(
        in ReportBlock report,
        long neverSent,
        Instant now,
        out long received,
        out long lost
    )
    {
        received = 0;
        lost = 0;
        ref var source = ref Find(report.Source, out var isNew);
        var net = report.CumulativeLost - neverSent;
        if (isNew)
        {
            source = new Source(report.Source, report.HighestSequence, net, neverSent, now);
            return false;
        }

        source.HeardAt = now;
        var numbers = (long)unchecked((int)(report.HighestSequence - source.Highest));
        if (numbers <= 0)
        {
            return false;
        }

        // A skipped number may be known here before the report covers it: then the sum falls, and what
        // follows is no loss until it is back.
        lost = Math.Clamp(net - source.NetLost, 0, numbers);
        var skipped = Math.Clamp(neverSent - source.NeverSent, 0, numbers - lost);
        received = numbers - lost - skipped;
        source.Highest = report.HighestSequence;
        source.NetLost = Math.Max(source.NetLost, net);
        source.NeverSent = neverSent;
        return true;
    }

    private ref Source Find(Ssrc ssrc, out bool isNew)
    {
        var oldest = 0;
        for (var index = 0; index < _count; index++)
        {
            if (_sources[index].Ssrc == ssrc)
            {
                isNew = false;
                return ref _sources[index];
            }

            oldest = _sources[index].HeardAt < _sources[oldest].HeardAt ? index : oldest;
        }

        isNew = true;
        if (_count == SourcesMax)
        {
            return ref _sources[oldest];
        }

        if (_count == _sources.Length)
        {
            // Reports are not packets: few, and told by a peer that is known.
            Array.Resize(ref _sources, Math.Clamp(2 * _count, SourcesMin, SourcesMax));
        }

        return ref _sources[_count++];
    }

    private record struct Source(
        Ssrc Ssrc,
        uint Highest,
        long NetLost,
        long NeverSent,
        Instant HeardAt
    );
}
