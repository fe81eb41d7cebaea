using Edge.Primitives;
using Edge.Protocol.Congestion.Sending.Delay;
using Edge.Protocol.Congestion.Sending.Loss;
using Edge.Protocol.Congestion.Sending.Probing;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>How much a viewer's network carries: what was sent and what is heard of it in, a rate and
/// probes out.</summary>
/// <remarks>
/// By transport-wide feedback as soon as any comes: the rate by delays, bounded by losses; until then, and
/// for peers that send none, by REMB and receiver reports. A REMB bounds either.
/// Inputs: <see cref="HandleSent"/> for each packet that has a transport-wide number (and those that have
/// none, in the number's order, where the peer takes none), what RTCP says, and the time. Outputs:
/// <see cref="Target"/>, <see cref="TryTakeProbe"/>, <see cref="PollEvent"/>, to be looked at after each
/// input. The pacer is not part of it.
/// Bounded: by its parts; allocates only when made. Source: NOTES.md of this folder.
/// </remarks>
public sealed partial class SendBandwidth
{
    /// <summary>libwebrtc's factor for a round trip that is missing or far too long.</summary>
    private const double SilenceFactor = 0.8;

    /// <summary>The share that counts of what a probe found beyond the estimate while it filled the path.
    /// Chosen by simulation, with and without other senders.</summary>
    private const double SaturatedBelief = 0.5;

    /// <summary>The share of what it found that is believed in any case: after a tunnel half would be
    /// half. Chosen: what a decrease leaves.</summary>
    private const double SaturatedBeliefLeast = 0.85;

    /// <summary>So much more than was known is gone on from even if the probe seemed to fill the path: a short one
    /// among a picture's packets seems to soon. Chosen: more than such errors.</summary>
    private const double NewsFactor = 1.3;

    /// <summary>After a decrease the path is left alone for so long. Chosen: the queue drains.</summary>
    private static readonly TimeSpan CalmAfter = TimeSpan.FromSeconds(1);

    /// <summary>A standing queue in which no probe begins. Chosen: as long as a probe's own.</summary>
    private static readonly TimeSpan CalmQueueMax = TimeSpan.FromMilliseconds(20);

    /// <summary>The least round trip believed. Chosen: above zero, which is unknown.</summary>
    private static readonly TimeSpan RoundTripMin = TimeSpan.FromMilliseconds(1);

    private readonly SendBandwidthOptions _options;
    private readonly SentPackets _sent = new();
    private readonly AcknowledgedBitrate _acknowledged = new();
    private RecentArrivals _recent;
    private readonly DelayBandwidth _delay;
    private readonly LossController _loss;
    private readonly ReportedLosses _reports = new();
    private readonly ReceiverBandwidth _receiver;
    private readonly Probes _probes;
    private SilenceWatch _silence = new();
    private Instant _decreasedAt = Instant.Never;
    private Instant _raisedByProbeAt = Instant.Never;
    private Instant _movedAt = Instant.Never;
    private byte _events;
    private SendBandwidthStats _stats;

    /// <summary>Makes one that knows nothing of the path.</summary>
    /// <param name="options">Its bounds.</param>
    public SendBandwidth(SendBandwidthOptions options)
    {
        _options = options;
        _delay = new(new AimdRateControl(options.Start, options.Min, options.Max));
        _loss = new(options.Min, options.Max);
        _receiver = new(options.Start, options.Min, options.Max);
        _probes = new(options.ProbeMax);
        Estimate = options.Start;
        Target = options.Start;
        _probes.SetEstimate(options.Start);
    }

    /// <summary>What the path carries; what layers are chosen by.</summary>
    public Bitrate Estimate { get; private set; }

    /// <summary>What to send at present: the estimate, or less while a queue has to empty.</summary>
    public Bitrate Target { get; private set; }

    /// <summary>The round trip by feedback or reports, smoothed; zero while unknown.</summary>
    public TimeSpan RoundTrip { get; private set; }

    /// <summary>The rate at which packets arrive; zero while unknown.</summary>
    public Bitrate Acknowledged => _acknowledged.Estimate;

    /// <summary>The share of packets that was lost lately, 0 to 1.</summary>
    public double LossFraction => _loss.Fraction;

    /// <summary>Whether losses were so heavy that they bound the estimate; one lost packet is not.</summary>
    public bool IsLossBound => _loss.Limit < _options.Max;

    /// <summary>The queue on the path, as far as all packets lately met it.</summary>
    public TimeSpan StandingQueue => _delay.StandingQueue;

    /// <summary>What delays say of the path.</summary>
    public NetworkUsage Usage => _delay.Usage;

    /// <summary>Whether so little is sent that the estimate is not tested.</summary>
    public bool IsIdle => _probes.IsIdle;

    /// <summary>Bytes under way.</summary>
    public long InFlightBytes => _sent.InFlightBytes;

    /// <summary>Whether the peer sends transport-wide feedback.</summary>
    public bool HasTransportFeedback { get; private set; }

    /// <summary>Whether it came from another process, and nothing was heard yet of what left here since.</summary>
    public bool IsJustMoved => _movedAt.IsSet;

    /// <summary>Whether feedback has stopped: what is known of the path is only that.</summary>
    public bool IsSilent => _silence.IsSilent;

    /// <summary>Whether the peer ever said what it can take (REMB).</summary>
    public bool HasReceiverEstimate => _receiver.Remb > Bitrate.Zero;

    /// <summary>Counters.</summary>
    public SendBandwidthStats Stats => _stats;

    /// <summary>Says how much the viewer's tracks could use in all; probes go no further than twice of
    /// it.</summary>
    public void SetWanted(Bitrate wanted, Instant now) =>
        _probes.Controller.HandleWanted(wanted, Estimate, now);

    /// <summary>A packet leaves.</summary>
    /// <param name="sequence">Its transport-wide number.</param>
    /// <param name="packet">What it is.</param>
    /// <param name="now">The time, from which its delay is measured.</param>
    [HotPath]
    public void HandleSent(SequenceNumber sequence, in SentPacket packet, Instant now)
    {
        _sent.HandleSent(sequence, packet, now);
        if (_probes.HandleSent(packet, now))
        {
            _acknowledged.ExpectChange();
        }

        if (HasTransportFeedback)
        {
            _silence.HandleSent(RoundTrip, now);
        }
    }

    /// <summary>What was read came from another process, and nobody knows how long it was on its way. By so much the packets that
    /// left there seem to have left later than they did: what leaves here would seem to wait in a queue of as much, and
    /// the rate would fall for it. So delays are not compared across the move.</summary>
    /// <param name="readAt">When it was read; what leaves from here leaves later.</param>
    public void HandleMoved(Instant readAt) => _movedAt = readAt;

    /// <summary>Transport-wide feedback came: probes begin with the first.</summary>
    [HotPath]
    public void HandleFeedback(TransportFeedback feedback, Instant now)
    {
        var roundTrip = TimeSpan.MaxValue;
        var results = SendBandwidthScratch.Results.AsSpan();
        int count;
        while ((count = _sent.HandleFeedback(ref feedback, results, now, out var isOther)) > 0)
        {
            if (isOther)
            {
                _delay.HandleOtherClock();
            }

            var least = Digest(results[..count], now);
            roundTrip = least < roundTrip ? least : roundTrip;
        }

        if (roundTrip == TimeSpan.MaxValue)
        {
            // Nothing new, or only losses, whose counts the next block will use.
            return;
        }

        _stats.FeedbackBlocks++;
        NoteRoundTrip(roundTrip);
        EndSilence(now);
        Decide(now);
    }

    /// <summary>A report of the viewer came.</summary>
    /// <param name="report">About one source of ours.</param>
    /// <param name="neverSent">Numbers of that source, from its start, that we never sent.</param>
    /// <param name="now">When it came.</param>
    public void HandleReport(in ReportBlock report, long neverSent, Instant now)
    {
        if (!_reports.TryAdd(report, neverSent, now, out var received, out var lost))
        {
            return;
        }

        if (HasTransportFeedback)
        {
            return;
        }

        _loss.Count(received, lost);
        _loss.Update(Estimate, RoundTrip, now);
        _receiver.HandleReport(_loss.Limit, _loss.Fraction, !_probes.IsIdle, now);
        Retarget(now);
    }

    /// <summary>A round trip was measured by reports; feedback's own is better.</summary>
    public void HandleRoundTrip(TimeSpan roundTrip)
    {
        if (!HasTransportFeedback)
        {
            NoteRoundTrip(roundTrip);
        }
    }

    /// <summary>The viewer said what it can take.</summary>
    public void HandleRemb(Bitrate rate, Instant now)
    {
        _receiver.HandleRemb(rate, now);
        Retarget(now);
    }

    /// <summary>Time passed: nothing was heard, or nothing sent, for too long.</summary>
    public void HandleTimeout(Instant now)
    {
        if (_silence.TryTakeSilence(Estimate, now, out var isFirst))
        {
            HandleSilence(isFirst, now);
        }

        if (IsQuietWatched && _silence.TryTakeQuiet(now))
        {
            _probes.Controller.HandleQuiet(Estimate, now);
        }
    }

    /// <summary>When <see cref="HandleTimeout"/> is due. May change after any input.</summary>
    public Instant PollTimeout() => _silence.PollTimeout(IsQuietWatched);

    /// <summary>The next probe to send, at once: its packets are marked with its cluster.</summary>
    [HotPath]
    public bool TryTakeProbe(out ProbeRequest request)
    {
        if (!_probes.TryTake(out request))
        {
            return false;
        }

        _stats.Probes++;
        return true;
    }

    /// <summary>The next event.</summary>
    [HotPath]
    public bool PollEvent(out SendBandwidthEvent happened)
    {
        happened = (SendBandwidthEvent)System.Numerics.BitOperations.TrailingZeroCount(_events);
        var isAny = _events != 0;
        _events &= unchecked((byte)(_events - 1));
        return isAny;
    }

    /// <summary>Whether a path of which nothing is sent has to be tested: else a viewer whose pictures were
    /// paused for want of bandwidth would never have any again.</summary>
    private bool IsQuietWatched => HasTransportFeedback && Estimate < _probes.Controller.Wanted;

    private void HandleSilence(bool isFirst, Instant now)
    {
        if (isFirst)
        {
            Raise(SendBandwidthEvent.FeedbackStopped);
        }

        _stats.SilentDecreases++;
        _delay.SetEstimate(_delay.Estimate * SilenceFactor, now);
        Retarget(now);
    }

    /// <summary>Gives each part what it needs of the results; the least round trip among them.</summary>
    private TimeSpan Digest(Span<PacketResult> results, Instant now)
    {
        PacketResult.SortByArrival(results);
        var lastArrival = LastArrival(results);
        var firstArrival = TimeSpan.MaxValue;
        var roundTrip = TimeSpan.MaxValue;
        var bytes = 0L;
        foreach (ref readonly var result in results)
        {
            CountLoss(result);
            if (!result.IsReceived)
            {
                continue;
            }

            // The first one begins the time in which the others came.
            bytes += firstArrival == TimeSpan.MaxValue ? 0 : result.Packet.Bytes;
            firstArrival = result.Arrival < firstArrival ? result.Arrival : firstArrival;
            _acknowledged.HandlePacket(result.Arrival, result.Packet.Bytes);
            if (IsComparable(result))
            {
                _delay.HandlePacket(result, now);
            }

            _probes.HandlePacket(result);
            var passed = now - result.SentAt - (lastArrival - result.Arrival);
            roundTrip = passed < roundTrip ? passed : roundTrip;
        }

        if (bytes > 0)
        {
            _recent.HandleBlock(bytes, lastArrival - firstArrival, now);
        }

        return roundTrip;
    }

    /// <summary>Whether a packet's delay counts. The first that left this process is compared with none before.</summary>
    [HotPath]
    private bool IsComparable(in PacketResult result)
    {
        if (!_movedAt.IsSet)
        {
            return true;
        }

        if (result.SentAt <= _movedAt)
        {
            return false;
        }

        _movedAt = Instant.Never;
        _delay.HandleOtherClock();
        return true;
    }

    private static TimeSpan LastArrival(ReadOnlySpan<PacketResult> sorted)
    {
        var last = sorted.Length - 1;
        while (last > 0 && !sorted[last].IsReceived)
        {
            last--;
        }

        return sorted[last].Arrival;
    }

    /// <summary>Probes are meant to overfill the path: what is lost of them is no loss of the target.</summary>
    private void CountLoss(in PacketResult result)
    {
        var lost = result.Fate switch
        {
            PacketFate.Lost => 1,
            PacketFate.ReceivedLate => -1,
            PacketFate.Received => 0,
            _ => 0,
        };
        _stats.Lost += lost;
        _stats.Received += result.IsReceived ? 1 : 0;
        if (result.Packet.ProbeCluster == 0)
        {
            _loss.Count(result.IsReceived ? 1 : 0, lost);
        }
    }

    /// <summary>The peer's arrivals are in it, so it may be anything.</summary>
    private void NoteRoundTrip(TimeSpan measured)
    {
        var ticks = Math.Clamp(measured.Ticks, RoundTripMin.Ticks, SentPackets.AgeMax.Ticks);
        var sane = new TimeSpan(ticks);
        RoundTrip = RoundTrip == TimeSpan.Zero ? sane : RoundTrip + (sane - RoundTrip) / 4;
    }

    private void EndSilence(Instant now)
    {
        if (!HasTransportFeedback)
        {
            HasTransportFeedback = true;
            _probes.Controller.HandleStart(Estimate, now);
        }

        if (_silence.TryEnd(now))
        {
            Raise(SendBandwidthEvent.FeedbackResumed);
            _probes.Controller.HandleReturn(_silence.Before, Estimate, now);
        }
    }

    private void Decide(Instant now)
    {
        var isProbing = _probes.IsDisturbing(RoundTrip, now);
        var before = _delay.Usage;
        if (_delay.Update(_acknowledged.Estimate, _recent.Most(now), RoundTrip, isProbing, now))
        {
            _stats.Decreases++;
            _decreasedAt = now;
            Raise(SendBandwidthEvent.Congested);
        }

        if (_delay.Usage == NetworkUsage.Overusing && before != NetworkUsage.Overusing)
        {
            _acknowledged.ExpectChange();
        }

        TakeProbeResult(now);
        _loss.Update(Estimate, RoundTrip, now);
        Retarget(now);
        ConsiderProbe(before, isProbing, now);
    }

    private void TakeProbeResult(Instant now)
    {
        var isLump = _probes.TryTakeLump();
        if (!_probes.TryTakeResult(out var measured, out var through, out var isSaturated))
        {
            if (isLump)
            {
                _probes.Controller.HandleLump(Estimate, now);
            }

            return;
        }

        _stats.ProbeResults++;
        var wasRaised = _raisedByProbeAt.IsSet && now - _raisedByProbeAt < CalmAfter;
        if (measured > Estimate && _delay.Usage != NetworkUsage.Overusing)
        {
            // It may be losses, not delays, that hold the estimate down.
            _raisedByProbeAt = now;
            var isNews = measured > Estimate * NewsFactor;
            var raised = isSaturated ? Believe(measured) : measured;
            raised = Bitrate.Max(Bitrate.Max(raised, through), _delay.Estimate);
            _delay.HandleProbe(raised, isSaturated, now);
            _loss.HandleProbe(measured);
            _acknowledged.ExpectChange();
            if (!isSaturated || isNews)
            {
                _probes.Controller.HandleResult(measured, Estimate, now);
            }
        }
        else if (isSaturated && wasRaised)
        {
            // The probe before said more than this one, which filled the path, can confirm.
            var confirmed = Bitrate.Max(measured, _acknowledged.Estimate);
            _delay.HandleProbe(Bitrate.Min(confirmed, _delay.Estimate), isSaturated, now);
        }
        else if (isSaturated)
        {
            _delay.HandleFailedProbe(now);
        }
    }

    /// <summary>A probe that fills a path which others use takes a share from them: what came of it is
    /// more than there is for us, by a part of what it went beyond, and by little when it was all.</summary>
    private Bitrate Believe(Bitrate measured) =>
        Bitrate.Max(
            measured * SaturatedBelief + Estimate * (1 - SaturatedBelief),
            measured * SaturatedBeliefLeast
        );

    private void ConsiderProbe(NetworkUsage before, bool isProbing, Instant now)
    {
        if (_delay.Usage != NetworkUsage.Normal || isProbing)
        {
            return;
        }

        if (before == NetworkUsage.Underusing && _probes.WasIdleLately(now))
        {
            _probes.Controller.HandleRecovery(Estimate, now);
        }

        var isRested = !_decreasedAt.IsSet || now - _decreasedAt > CalmAfter;
        if (isRested && _delay.StandingQueue < CalmQueueMax)
        {
            _probes.Controller.HandleCalm(Estimate, _probes.IsIdle, RoundTrip, now);
        }
    }

    private void Retarget(Instant now)
    {
        var limit = Bitrate.Min(_loss.Limit, _receiver.Limit(now));
        var estimate = HasTransportFeedback ? _delay.Estimate : _receiver.Estimate;
        estimate = Clamp(Bitrate.Min(estimate, limit));
        var target = HasTransportFeedback ? Clamp(Bitrate.Min(_delay.Drained, limit)) : estimate;
        if (estimate < Estimate)
        {
            _probes.Controller.HandleFall(Estimate, estimate, now);
        }

        Estimate = estimate;
        _probes.SetEstimate(target);
        if (target != Target)
        {
            Target = target;
            Raise(SendBandwidthEvent.TargetChanged);
        }
    }

    private Bitrate Clamp(Bitrate rate) =>
        Bitrate.Max(_options.Min, Bitrate.Min(_options.Max, rate));

    private void Raise(SendBandwidthEvent happened) => _events |= (byte)(1 << (int)happened);
}
