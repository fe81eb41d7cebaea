using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Pacing;

namespace Edge.Forwarding.Downlinks;

/// <summary>Lets packets of one viewer leave no faster than its network can take them.</summary>
/// <remarks>
/// What leaves without waiting costs a comparison; only what is too much for the moment waits, with a claim on
/// its slot. Sound never waits. What was asked for again leaves before what is new. Tests of the network
/// (probes) are made of what waits, and else of packets that the viewer has already.
/// Bounded: by the shard's <see cref="WaitingRoom"/>, and by <see cref="WaitMax"/>. Beyond either everything that
/// waits is thrown away, because nobody would want to see it any more, or others need the places.
/// </remarks>
internal sealed class Pacer
{
    /// <summary>The longest wait. Chosen: a picture later than this is worth less than a new key frame; a
    /// layer that has no room is left earlier.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    /// <summary>Waits from which on a picture that a key frame behind it makes needless is not begun any more. Chosen:
    /// three pictures; below it the picture before the key frame is worth more than the time.</summary>
    private static readonly TimeSpan OvertakenAge = TimeSpan.FromMilliseconds(100);

    private PacingBudget _budget;
    private WaitingQueue _repairs;
    private WaitingQueue _media;
    private ProbeRun _probe;
    private bool _isPumping;
    private Instant _crowdedOutAt = Instant.Never;

    /// <summary>Packets that wait.</summary>
    public int WaitingCount => _repairs.Count + _media.Count;

    /// <summary>Bytes of them.</summary>
    public long WaitingBytes => _repairs.Bytes + _media.Bytes;

    /// <summary>The probe that a packet sent now is part of; 0 for none.</summary>
    public ushort ProbeCluster => _probe.Cluster;

    /// <summary>Whether there was nothing of which the last test could be made.</summary>
    public bool IsProbeRefused { get; private set; }

    /// <summary>Changes the pace.</summary>
    [HotPath]
    public void SetRate(Bitrate rate, Instant now) => _budget.SetRate(rate, now);

    /// <summary>Takes a packet that must wait; false when it may leave at once.</summary>
    [HotPath]
    public bool TryHold(
        WaitingRoom room,
        Subscription subscription,
        in ForwardedPacket packet,
        Instant now
    )
    {
        if (_isPumping || (WaitingCount == 0 && _budget.IsOpen(now)))
        {
            subscription.HandleLeft(packet);
            return false;
        }

        ref var queue = ref packet.IsRetransmission ? ref _repairs : ref _media;
        if (queue.TryAdd(room, subscription, packet, own: WaitingCount, now))
        {
            return true;
        }

        _crowdedOutAt = now;
        return false;
    }

    /// <summary>A packet left.</summary>
    [HotPath]
    public void HandleSent(int bytes, bool isPadding, Instant now)
    {
        if (!isPadding)
        {
            _budget.Spend(bytes, now);
        }

        if (_probe.IsActive)
        {
            IsProbeRefused = false;
            _probe.HandleSent(bytes, now);
        }
    }

    /// <summary>Begins the next test of the network, unless one is being made.</summary>
    public void TakeProbe(SendBandwidth bandwidth, Instant now)
    {
        if (!_probe.IsActive && bandwidth.TryTakeProbe(out var request))
        {
            _probe.Begin(request, now);
        }
    }

    /// <summary>Sends what is due.</summary>
    [HotPath]
    public void Pump<TSink>(WaitingRoom room, ref TSink sink, Instant now)
        where TSink : struct, IDownlinkSink
    {
        _isPumping = true;
        Probe(room, ref sink, now);
        while (WaitingCount > 0 && _budget.IsOpen(now))
        {
            SendFirst(room, ref sink, now);
        }

        _isPumping = false;
    }

    /// <summary>Sends all that waits.</summary>
    public void Flush<TSink>(WaitingRoom room, ref TSink sink, Instant now)
        where TSink : struct, IDownlinkSink
    {
        _isPumping = true;
        while (WaitingCount > 0)
        {
            SendFirst(room, ref sink, now);
        }

        _isPumping = false;
    }

    /// <summary>Whether something has waited for too long, or found no place.</summary>
    [HotPath]
    public bool IsOverdue(WaitingRoom room, Instant now) =>
        _crowdedOutAt.IsSet || (_media.Count > 0 && now - room[_media.First].Since > WaitMax);

    /// <summary>Throws one waiting packet away; false when none waits.</summary>
    public bool TryThrowAway(WaitingRoom room, out Subscription subscription)
    {
        ref var queue = ref _repairs.Count > 0 ? ref _repairs : ref _media;
        if (queue.Count == 0)
        {
            _crowdedOutAt = Instant.Never;
            subscription = null!;
            return false;
        }

        subscription = room[queue.First].Subscription!;
        queue.Remove(room);
        return true;
    }

    /// <summary>When something is due.</summary>
    [HotPath]
    public Instant PollTimeout()
    {
        var opens = WaitingCount > 0 ? _budget.OpensAt() : Instant.Never;
        opens = Instant.Min(opens, _crowdedOutAt);
        return _probe.IsActive ? Instant.Min(opens, _probe.NextAt()) : opens;
    }

    private void SendFirst<TSink>(WaitingRoom room, ref TSink sink, Instant now)
        where TSink : struct, IDownlinkSink
    {
        ref var queue = ref _repairs.Count > 0 ? ref _repairs : ref _media;
        ref var first = ref room[queue.First];
        var subscription = first.Subscription!;
        if (subscription.IsOvertaken(first.Packet, isLate: now - first.Since > OvertakenAge))
        {
            // Its number has to be there, or the viewer asks for it.
            sink.Send(subscription, first.Packet.AsFiller());
        }
        else
        {
            subscription.HandleLeft(first.Packet);
            sink.Send(subscription, first.Packet);
        }

        queue.Remove(room);
    }

    private void Probe<TSink>(WaitingRoom room, ref TSink sink, Instant now)
        where TSink : struct, IDownlinkSink
    {
        while (_probe.IsActive && _probe.IsDue(now))
        {
            if (WaitingCount > 0)
            {
                SendFirst(room, ref sink, now);
            }
            else if (!sink.SendProbe())
            {
                IsProbeRefused = true;
                _probe.End();
            }
        }
    }
}
