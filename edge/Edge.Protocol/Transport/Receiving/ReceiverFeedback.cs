using Edge.Primitives;
using Edge.Protocol.Congestion;
using Edge.Protocol.Negotiation;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>Writes what goes back to a publisher: key-frame requests, NACKs, transport-wide feedback,
/// receiver reports and, where there is no transport-wide feedback, an estimate; and the most that can be used.</summary>
/// <remarks>
/// Deviates from RFC 4585 §3.1: feedback leaves as single reduced-size packets (RFC 5506) whether or
/// not it was negotiated, because every sender we know reads them and FFmpeg after 8.0 reads nothing
/// else. Reports are compound packets with SDES.
/// </remarks>
internal sealed partial class ReceiverFeedback
{
    /// <summary>Chosen: a report a second is enough for loss and RTT of a sender, RFC 3550 §6.2 allows
    /// it at media rates.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    /// <summary>Chosen: most NACKs of one stream in one packet; the rest leaves with the next poll.</summary>
    private const int NacksMax = 64;

    /// <summary>RFC 3550 §6.4: 31 blocks fit a report; further ones follow in reports of their own.</summary>
    private const int ReportBlocksMax = 31;

    private enum Timer
    {
        Report,
        Now,
    }

    private readonly ReceiveSections _sections;
    private readonly Ssrc _localSsrc;
    private readonly byte[] _cname;
    private readonly TimerTable<Timer> _timers = new(2);
    private TwccReceiver? _transportFeedback;
    private RembReceiver? _estimate;
    private readonly ReceiveLimit _limit = new();
    private byte _fullIntraSequence;
    private int _reportedStreams;
    private bool _isReporting;
    private bool _isAnyWanted;

    public ReceiverFeedback(ReceiveSections sections, Ssrc localSsrc, string cname)
    {
        _sections = sections;
        _localSsrc = localSsrc;
        _cname = System.Text.Encoding.ASCII.GetBytes(cname);
    }

    /// <summary>The SSRC of our reports.</summary>
    public Ssrc LocalSsrc => _localSsrc;

    /// <summary>The canonical name of our reports.</summary>
    public ReadOnlySpan<byte> Cname => _cname;

    /// <summary>What arrivals are recorded in; null while transport-wide feedback is not negotiated.</summary>
    public TwccReceiver? TransportFeedback => _transportFeedback;

    /// <summary>Whether the peer agreed to be told a limit.</summary>
    public bool TakesLimit { get; private set; }

    /// <summary>Has the peer told the most that can be used of what it sends.</summary>
    [HotPath]
    public void Limit(Bitrate limit, Instant now) => _limit.Set(limit, now);

    /// <summary>Takes a new section into account. A peer without sections gets no reports: they would say
    /// nothing.</summary>
    public void HandleAdded(MediaAgreement media, Instant now)
    {
        if (!_timers[Timer.Report].IsSet)
        {
            _timers.Set(Timer.Report, now + ReportInterval);
        }

        TakesLimit |= media.Codec.HasRemb;
        if (media.Codec.HasTransportCc)
        {
            _transportFeedback ??= new TwccReceiver();
            _estimate = null;
        }
        else if (media.Codec.HasRemb && _transportFeedback is null)
        {
            _estimate ??= new RembReceiver();
        }
    }

    /// <summary>Counts received bytes for the estimate.</summary>
    [HotPath]
    public void NoteBytes(int bytes, Instant now) => _estimate?.HandlePacket(bytes, now);

    /// <summary>Asks for a key frame with the next poll; further wishes before it are the same wish.</summary>
    public void RequestKeyFrame(int section, int layer, Instant now)
    {
        var wants = _sections[section].WantsKeyFrame;
        if (layer >= wants.Length)
        {
            // The section ended, and its index may have been given to one with fewer layers.
            return;
        }

        wants[layer] = true;
        _isAnyWanted = true;
        _timers.Set(Timer.Now, now);
    }

    /// <summary>Writes one packet that is due; 0 when nothing is.</summary>
    [HotPath]
    public int Poll(Span<byte> destination, Instant now)
    {
        var length = PollKeyFrames(destination);
        if (length == 0)
        {
            length = PollNacks(destination, now);
        }

        if (length == 0 && _transportFeedback is not null)
        {
            length = _transportFeedback.PollFeedback(destination, _localSsrc, now);
        }

        if (length == 0 && _estimate is not null)
        {
            length = PollEstimate(_estimate, destination, now);
        }

        if (length == 0 && _limit.TryTake(out var limit, now))
        {
            length = WriteLimit(limit, destination);
        }

        if (length == 0)
        {
            length = PollReports(destination, now);
        }

        if (length == 0)
        {
            _timers.Clear(Timer.Now);
        }

        return length;
    }

    /// <summary>When <see cref="Poll"/> is due.</summary>
    public Instant PollTimeout()
    {
        var next = _timers.Next;
        foreach (var section in _sections.Items)
        {
            foreach (var layer in section.Layers)
            {
                next = Instant.Min(next, layer.NackTimeout());
            }
        }

        next = Instant.Min(next, _limit.PollTimeout());
        next = Instant.Min(next, _transportFeedback?.PollTimeout() ?? Instant.Never);
        return Instant.Min(next, _estimate?.PollTimeout() ?? Instant.Never);
    }

    private int PollKeyFrames(Span<byte> destination)
    {
        // A peer of many sections is polled with every packet, and wishes are rare.
        if (!_isAnyWanted)
        {
            return 0;
        }

        _isAnyWanted = false;
        for (var section = 0; section < _sections.Length; section++)
        {
            var wants = _sections[section].WantsKeyFrame;
            for (var layer = 0; layer < wants.Length; layer++)
            {
                var stream = _sections[section].Layers[layer];
                _isAnyWanted |= wants[layer];
                if (!wants[layer] || !stream.IsActive)
                {
                    continue;
                }

                wants[layer] = false;
                var length = WriteKeyFrameRequest(destination, _sections[section], stream.Ssrc);
                if (length > 0)
                {
                    stream.Stats.KeyFrameRequests++;
                    return length;
                }
            }
        }

        return 0;
    }

    /// <summary>A PLI where both are known, because it carries no state; a FIR where only that is; nothing
    /// for a publisher that offered neither (FFmpeg 8.0).</summary>
    private int WriteKeyFrameRequest(Span<byte> destination, ReceiveSection section, Ssrc source)
    {
        var codec = section.Media.Codec;
        if (codec.HasPli)
        {
            return PliWriter.Write(destination, _localSsrc, source);
        }

        return codec.HasFir
            ? FirWriter.Write(destination, _localSsrc, source, _fullIntraSequence++)
            : 0;
    }

    private int PollNacks(Span<byte> destination, Instant now)
    {
        Span<ushort> lost = stackalloc ushort[NacksMax];
        foreach (var section in _sections.Items)
        {
            foreach (var stream in section.Layers)
            {
                var count = stream.PollNacks(lost, now);
                if (count > 0)
                {
                    return NackWriter.Write(destination, _localSsrc, stream.Ssrc, lost[..count]);
                }
            }
        }

        return 0;
    }

    private int PollReports(Span<byte> destination, Instant now)
    {
        if (_timers.TryExpire(Timer.Report, now))
        {
            _timers.Set(Timer.Report, now + ReportInterval);
            _isReporting = true;
            _reportedStreams = 0;
        }

        return _isReporting ? WriteReport(destination, now) : 0;
    }

    private int WriteReport(Span<byte> destination, Instant now)
    {
        Span<ReportBlock> blocks = stackalloc ReportBlock[ReportBlocksMax];
        var count = 0;
        var index = 0;
        foreach (var section in _sections.Items)
        {
            foreach (var stream in section.Layers)
            {
                var isDue = stream.IsActive && index++ >= _reportedStreams;
                if (isDue && count < ReportBlocksMax)
                {
                    blocks[count++] = stream.TakeReport(now, out var lost);
                    _estimate?.HandleLoss(lost);
                }
            }
        }

        _reportedStreams += count;
        _isReporting = index > _reportedStreams;
        return RtcpCompound.WriteReceiverReport(destination, _localSsrc, blocks[..count], _cname);
    }

    private int PollEstimate(RembReceiver estimate, Span<byte> destination, Instant now)
    {
        Span<Ssrc> sources = stackalloc Ssrc[ReportBlocksMax];
        var count = CollectEstimated(sources);
        return count == 0
            ? 0
            : estimate.PollFeedback(destination, _localSsrc, sources[..count], _limit.Value, now);
    }

    /// <summary>Never above what the network was found to carry.</summary>
    private int WriteLimit(Bitrate limit, Span<byte> destination)
    {
        Span<Ssrc> sources = stackalloc Ssrc[ReportBlocksMax];
        var count = CollectEstimated(sources);
        var said = _estimate is null ? limit : Bitrate.Min(limit, _estimate.Estimate);
        return count == 0 ? 0 : RembWriter.Write(destination, _localSsrc, said, sources[..count]);
    }

    /// <summary>The sources that a REMB is about.</summary>
    private int CollectEstimated(Span<Ssrc> sources)
    {
        var count = 0;
        foreach (var section in _sections.Items)
        {
            foreach (var stream in section.Layers)
            {
                if (stream.IsActive && section.Media.Codec.HasRemb && count < sources.Length)
                {
                    sources[count++] = stream.Ssrc;
                }
            }
        }

        return count;
    }
}
