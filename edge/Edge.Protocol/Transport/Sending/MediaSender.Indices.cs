using Edge.Primitives;
using Edge.Wire.Rtcp.Reports;

namespace Edge.Protocol.Transport.Sending;

/// <content>Which sources packets are sent under, and how far the peer has them.</content>
public sealed partial class MediaSender
{
    /// <summary>Adds each source that is sent under, media and retransmissions, but for what has ended.</summary>
    public void ListSources(ICollection<SentSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        for (var index = 0; index < _streams.Length; index++)
        {
            var stream = _streams[index];
            if (stream.HasEnded)
            {
                continue;
            }

            sources.Add(new(stream.Ssrc, index, Next: null, stream.Reported));
            if (stream.RepairSsrc is { } repairs)
            {
                sources.Add(new(repairs, index, stream.NextRepair, stream.RepairReported));
            }
        }
    }

    private static SequenceNumber HighestOf(in ReportBlock report) =>
        new(unchecked((ushort)report.HighestSequence));

    private void NoteRepairsReported(in ReportBlock report)
    {
        foreach (var stream in _streams)
        {
            if (stream.RepairSsrc == report.Source)
            {
                stream.RepairReported = HighestOf(report);
                return;
            }
        }
    }
}
