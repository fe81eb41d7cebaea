using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <content>Pictures held until they are whole: viewers are then shown all of it one after the other, so that what a
/// viewer is sent leaves together.</content>
public sealed partial class Track
{
    private Admission[] _admitted = [];
    private int _admittedCount;

    /// <summary>When a picture waits no longer for its last packet.</summary>
    private Instant GatheredUntil
    {
        get
        {
            var until = Instant.Never;
            for (var index = 0; index < _selector.Count; index++)
            {
                until = Instant.Min(until, _layers[index]!.Gathered.Until);
            }

            return until;
        }
    }

    /// <summary>Sends what waits for the rest of its picture: its viewers go elsewhere.</summary>
    public void ReleaseGathered<TSink>(ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        for (var index = 0; index < _selector.Count; index++)
        {
            Release(_layers[index]!, ref sink, now);
        }
    }

    private void ReleaseOverdue<TSink>(ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        for (var index = 0; index < _selector.Count; index++)
        {
            var layer = _layers[index]!;
            if (layer.Gathered.Until <= now)
            {
                Release(layer, ref sink, now);
            }
        }
    }

    /// <summary>Takes a packet whose picture is not whole yet, or that makes it whole; false when it goes alone.</summary>
    private bool TryGather<TSink>(in TrackPacket packet, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        if (_options.PictureWait <= TimeSpan.Zero || !IsVideo || !IsOfSource(packet))
        {
            return false;
        }

        var layer = _layers[packet.Layer]!;
        var picture = layer.Gathered;
        if (layer.Cache.IsStarted && packet.ExtendedSequence <= layer.Cache.Highest)
        {
            // Late: its picture went without it.
            return false;
        }

        if (picture.Count > 0 && (packet.IsPaddingOnly || !picture.IsSamePicture(packet)))
        {
            Release(layer, ref sink, now);
        }

        var isAlone = packet.IsPaddingOnly || SubscriptionCount == 0 || IsReplayed(packet, now);
        if (isAlone || (packet.Marker && picture.Count == 0))
        {
            Release(layer, ref sink, now);
            return false;
        }

        _pools[packet.Handle.Pool].AddReference(packet.Handle);
        picture.Add(packet, now + _options.PictureWait);
        if (packet.Marker || picture.IsFull)
        {
            Release(layer, ref sink, now);
        }

        return true;
    }

    /// <summary>Whether a packet is of the publisher, and of a layer, that the track has.</summary>
    private bool IsOfSource(in TrackPacket packet) =>
        _hasSource && packet.SourceEpoch == SourceEpoch && packet.Layer < _selector.Count;

    private void Release<TSink>(TrackLayer layer, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        var picture = layer.Gathered;
        if (picture.Count == 0)
        {
            return;
        }

        picture.EvenOut(_pools);
        foreach (ref readonly var packet in picture.Packets)
        {
            if (DisturbsRun(packet, layer))
            {
                OfferAdmitted(layer, ref sink, now);
            }

            Admit(packet, layer, ref sink, now);
        }

        OfferAdmitted(layer, ref sink, now);
        TrimCache(layer.Cache, now);
        LetGo(layer);
    }

    /// <summary>Whether a packet may make subscriptions begin or change: those before it are shown to all first.</summary>
    private bool DisturbsRun(in TrackPacket packet, TrackLayer layer) =>
        packet.IsKeyFrameStart || IsClockJump(packet, layer);

    private void Admit<TSink>(in TrackPacket packet, TrackLayer layer, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        if (!TryAdmit(packet, out var admission, now))
        {
            return;
        }

        if (admission.IsStart || admission.HasChanged)
        {
            OfferAdmitted(layer, ref sink, now);
            OfferToAll(admission, ref sink, now);
            return;
        }

        if (_admitted.Length == 0)
        {
            _admitted = new Admission[GatheredPicture.PacketsMax];
        }

        _admitted[_admittedCount++] = admission;
    }

    /// <summary>Shows each subscription all packets of the run, one subscription after the other.</summary>
    private void OfferAdmitted<TSink>(TrackLayer layer, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        var run = _admitted.AsSpan(0, _admittedCount);
        _admittedCount = 0;
        for (var index = 0; index < SubscriptionCount && !run.IsEmpty; index++)
        {
            var subscription = _subscriptions[index];
            foreach (ref readonly var admission in run)
            {
                var view = layer.Cache.View(admission.Number);
                Offer(subscription, view, admission, ref sink, now);
            }
        }
    }

    /// <summary>Gives up the claims on what waited.</summary>
    private void LetGo(TrackLayer layer)
    {
        foreach (ref readonly var packet in layer.Gathered.Packets)
        {
            _pools[packet.Handle.Pool].Release(packet.Handle);
        }

        layer.Gathered.Clear();
    }
}
