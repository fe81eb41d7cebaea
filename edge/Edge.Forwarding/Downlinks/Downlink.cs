using System.Runtime.InteropServices;
using Edge.Forwarding.Allocation;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;

namespace Edge.Forwarding.Downlinks;

/// <summary>The way to one viewer: what its network carries, divided among its tracks and paced.</summary>
/// <remarks>
/// Between its subscriptions, which say what is to be sent, and its peer, which sends: each packet is shown to
/// <see cref="TryHold"/> first. The driver polls <see cref="PollTimeout"/> after any input, and calls
/// <see cref="HandleTimeout"/> and <see cref="Pump"/> whenever the session is settled.
/// Owner: the thread of the viewer's session.
/// </remarks>
public sealed partial class Downlink
{
    /// <summary>Time between two divisions while nothing happens. Chosen: rates of layers are measured over a
    /// second.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>How much faster than its network's estimate a viewer is sent to. Chosen by simulation: what waits
    /// shortens again; at 1.5 the key frame of a better layer fills the queue so that the layer is left at
    /// once.</summary>
    private const double Pace = 1.1;

    /// <summary>The same of what it is given, while the network is not known.</summary>
    private const double PaceUnknown = 1.2;

    /// <summary>While the network is not known, what waits is not made to wait for longer: a join shows
    /// its first picture.</summary>
    private static readonly TimeSpan WaitUnknown = TimeSpan.FromMilliseconds(200);

    /// <summary>When an estimate has been tested: the probes at its start are back.</summary>
    private static readonly TimeSpan TestTime = TimeSpan.FromSeconds(1);

    /// <summary>What is wanted in all, so that an estimate can exceed the best layers by the margin that a step
    /// up asks for.</summary>
    private const double WantedMargin = 1.3;

    /// <summary>A change of what is wanted that counts: rates vary by less all the time.</summary>
    private const double WantedChange = 1.2;

    private readonly SendBandwidth _bandwidth;
    private WaitingRoom _room;
    private readonly Pacer _pacer = new();
    private readonly List<TrackShare> _shares = [];
    private Instant _allocatesAt = Instant.Never;
    private Instant _heardAt = Instant.Never;
    private Bitrate _given;
    private Bitrate _wanted;
    private Bitrate _joinPace;
    private bool _hasPictures;
    private bool _wantsPictures;
    private PictureTrial _trial = new();
    private DownlinkStats _stats;

    /// <summary>Makes one without tracks.</summary>
    /// <param name="bandwidth">What the viewer's network carries.</param>
    /// <param name="room">Where the shard's packets wait.</param>
    public Downlink(SendBandwidth bandwidth, WaitingRoom room)
    {
        _bandwidth = bandwidth;
        _room = room;
    }

    /// <summary>The counters.</summary>
    public DownlinkStats Stats => _stats;

    /// <summary>What the network carries.</summary>
    public SendBandwidth Bandwidth => _bandwidth;

    /// <summary>What all tracks together are given.</summary>
    public Bitrate Given => _given;

    /// <summary>Packets that wait.</summary>
    public int WaitingCount => _pacer.WaitingCount;

    /// <summary>The test of the network that a packet sent now is part of; 0 for none.</summary>
    public ushort ProbeCluster => _pacer.ProbeCluster;

    /// <summary>Another track is sent.</summary>
    /// <param name="subscription">Its subscription, attached or not.</param>
    /// <param name="isSound">Whether it is sound.</param>
    /// <param name="priority">Who comes first.</param>
    /// <param name="minimum">Below what it need not be sent.</param>
    public TrackShare Add(
        Subscription subscription,
        bool isSound,
        int priority = 0,
        Bitrate minimum = default
    )
    {
        var share = new TrackShare(subscription, isSound)
        {
            Priority = priority,
            Minimum = minimum,
        };
        Insert(share);
        return share;
    }

    /// <summary>A track is not sent any more.</summary>
    public void Remove(TrackShare share) => _shares.Remove(share);

    /// <summary>Changes who comes first, and below what a track need not be sent.</summary>
    public void Prioritize(TrackShare share, int priority, Bitrate minimum)
    {
        _shares.Remove(share);
        share.Priority = priority;
        share.Minimum = minimum;
        Insert(share);
    }

    /// <summary>The session goes on in another shard, after <see cref="Flush"/>.</summary>
    public void Enter(WaitingRoom room) => _room = room;

    /// <summary>Takes a packet that must wait; false when it is to be sent at once.</summary>
    [HotPath]
    public bool TryHold(
        Subscription subscription,
        in ForwardedPacket packet,
        bool isSound,
        Instant now
    )
    {
        if (isSound)
        {
            return false;
        }

        _hasPictures = true;
        if (!_pacer.TryHold(_room, subscription, packet, now))
        {
            return false;
        }

        _stats.Held++;
        return true;
    }

    /// <summary>A packet left.</summary>
    [HotPath]
    public void HandleSent(int bytes, bool isPadding, Instant now)
    {
        _stats.Probes += isPadding ? 1 : 0;
        _pacer.HandleSent(bytes, isPadding, now);
    }

    /// <summary>Takes what became of the estimate, and divides anew when that is due.</summary>
    [HotPath]
    public void HandleTimeout(Instant now)
    {
        var hasChanged = false;
        while (_bandwidth.PollEvent(out _))
        {
            hasChanged = true;
        }

        if (!_heardAt.IsSet && IsTested)
        {
            _heardAt = now;
        }

        if (hasChanged || now >= _allocatesAt)
        {
            Allocate(now);
        }

        if (_pacer.IsOverdue(_room, now))
        {
            ThrowAway(now);
        }
    }

    /// <summary>Divides anew at the next look: tracks or layers came or went.</summary>
    public void Reconsider(Instant now) => _allocatesAt = now;

    /// <summary>Sends what waits and is due, and tests of the network.</summary>
    [HotPath]
    public void Pump<TSink>(ref TSink sink, Instant now)
        where TSink : struct, IDownlinkSink
    {
        SetPace(now);
        if (_wantsPictures)
        {
            _pacer.TakeProbe(_bandwidth, now);
        }

        _pacer.Pump(_room, ref sink, now);
    }

    /// <summary>Sends all that waits: the session goes elsewhere.</summary>
    public void Flush<TSink>(ref TSink sink, Instant now)
        where TSink : struct, IDownlinkSink => _pacer.Flush(_room, ref sink, now);

    /// <summary>Forgets all that waits: the session is over.</summary>
    public void Clear()
    {
        while (_pacer.TryThrowAway(_room, out _))
        {
            _stats.ThrownAway++;
        }
    }

    /// <summary>When there is something to do.</summary>
    [HotPath]
    public Instant PollTimeout() => Instant.Min(_allocatesAt, _pacer.PollTimeout());

    /// <summary>Divides what the network carries among the tracks.</summary>
    public void Allocate(Instant now)
    {
        _stats.Allocations++;
        _allocatesAt = _shares.Count > 0 ? now + Interval : Instant.Never;
        var shares = CollectionsMarshal.AsSpan(_shares);
        Read(shares, now);
        var mayPause = IsKnown(now) && !_trial.IsOn(now);
        _given = LayerAllocator.Allocate(shares, _bandwidth.Estimate, mayPause, now);
        foreach (var share in shares)
        {
            Apply(share, now);
        }

        ConsiderTrial(shares, now);
        TellCeilings(shares, now);
        SetPace(now);
    }

    /// <summary>Whether the estimate says something of the network.</summary>
    private bool IsKnown(Instant now) =>
        _bandwidth.HasTransportFeedback
            ? _heardAt.IsSet && (now - _heardAt > TestTime || _bandwidth.Stats.Decreases > 0)
            : _hasPictures && (_bandwidth.IsLossBound || _bandwidth.HasReceiverEstimate);

    /// <summary>Sends what is paused all the same, where nothing else would tell when there is room for it.</summary>
    private void ConsiderTrial(ReadOnlySpan<TrackShare> shares, Instant now)
    {
        var isPaused = false;
        foreach (var share in shares)
        {
            isPaused |= !share.IsSound && share.IsPausedForRoom;
        }

        if (!_trial.TryBegin(isPaused && IsUntestable, now))
        {
            return;
        }

        _allocatesAt = now;
        foreach (var share in shares)
        {
            share.IsOnTrial = !share.IsSound && share.IsPausedForRoom;
        }
    }

    /// <summary>What was sent on trial has waited too long.</summary>
    private void EndTrial(Instant now)
    {
        if (!_trial.IsOn(now))
        {
            return;
        }

        _trial.End();
        _shares.ForEach(static share => share.Withdraw());
        Reconsider(now);
    }

    /// <summary>Whether nothing but a picture can tell what the network carries: the viewer takes no padding (RTX), or says nothing
    /// of single packets. One of whom nothing is heard any more is not waited for.</summary>
    private bool IsUntestable =>
        !_bandwidth.IsSilent && (_pacer.IsProbeRefused || !_bandwidth.HasTransportFeedback);

    /// <summary>Whether anything was heard of what tests a network. Of sound alone an estimate stays where it began, or falls: a
    /// picture that may begin with its next key frame would be paused for it before it was ever sent.</summary>
    private bool IsTested =>
        _bandwidth.HasTransportFeedback && (_hasPictures || _bandwidth.Stats.ProbeResults > 0);

    /// <summary>Behind those that are as important.</summary>
    private void Insert(TrackShare share)
    {
        var index = _shares.FindIndex(other => other.Priority < share.Priority);
        _shares.Insert(index < 0 ? _shares.Count : index, share);
        _hasPictures |= !share.IsSound && share.Subscription.PacketsSent > 0;
    }

    private void Read(Span<TrackShare> shares, Instant now)
    {
        var wanted = Bitrate.Zero;
        _wantsPictures = false;
        foreach (var share in shares)
        {
            share.Read(now);
            wanted += share.Demand;
            _wantsPictures |= !share.IsSound && share.HasSteps;
        }

        wanted *= WantedMargin;
        if (wanted > _wanted * WantedChange || wanted * WantedChange < _wanted)
        {
            _wanted = wanted;
            _bandwidth.SetWanted(wanted, now);
        }
    }

    /// <summary>Says of each track how much of it can be used.</summary>
    private void TellCeilings(ReadOnlySpan<TrackShare> shares, Instant now)
    {
        if (_bandwidth.IsSilent)
        {
            // A viewer that is gone needs nothing less than before, and who comes next would see it.
            return;
        }

        var isKnown = IsKnown(now);
        var estimate = _bandwidth.Estimate;
        var usable = _bandwidth.Target.BitsPerSecond / (double)estimate.BitsPerSecond;
        RoomDivider.Divide(shares, estimate);
        foreach (var share in shares)
        {
            if (!share.IsSound && share.UpdateCeiling(isKnown, usable, now))
            {
                share.HasNewCeiling = true;
                _stats.Changes++;
            }
        }
    }

    private void Apply(TrackShare share, Instant now)
    {
        var track = share.Subscription.Track;
        if (share.IsSound || track is null || share.Steps.Count == 0)
        {
            return;
        }

        share.Current = share.Next;
        if (share.Next < 0)
        {
            var hasStarved = track.Starve(share.Subscription, share.Steps[0].Layer, now);
            _stats.Changes += hasStarved ? 1 : 0;
            return;
        }

        var isBest = share.Next == share.Steps.Count - 1;
        var room = _bandwidth.Estimate.BitsPerSecond - _given.BitsPerSecond;
        var missing = share.Steps.DormantRate.BitsPerSecond - share.Steps.Most.BitsPerSecond;
        var dormant = isBest && missing <= room ? share.Steps.Dormant : -1;
        share.CurrentStep = share.Steps[share.Next];
        var hasChanged = track.SetAllocation(share.Subscription, share.CurrentStep, dormant, now);
        _stats.Changes += hasChanged ? 1 : 0;
    }

    [HotPath]
    private void SetPace(Instant now)
    {
        var pace = _bandwidth.Target * Pace;
        if (!IsKnown(now))
        {
            // Not slower as the queue gets shorter: it would never end.
            var waiting = Bitrate.FromBytes(_pacer.WaitingBytes, WaitUnknown);
            _joinPace = _pacer.WaitingCount == 0 ? waiting : Bitrate.Max(_joinPace, waiting);
            pace = Bitrate.Max(pace, Bitrate.Max(_given * PaceUnknown, _joinPace));
        }

        _pacer.SetRate(pace, now);
    }

    private void ThrowAway(Instant now)
    {
        EndTrial(now);
        while (_pacer.TryThrowAway(_room, out var subscription))
        {
            _stats.ThrownAway++;
            _stats.Changes++;
            subscription.Track?.HandleThrownAway(subscription, now);
        }
    }
}
