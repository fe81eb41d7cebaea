using Edge.Forwarding.AudioLevel;
using Edge.Forwarding.Tracks;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Sound;
using Edge.Primitives;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Extensions;

namespace Edge.Node.Shards;

/// <content>Sound: how loud tracks are, and what that means for those who hear them.</content>
/// <remarks>Levels are read where viewers are, from the header extension that travels with the packet, so that it is
/// the same for tracks of other shards and nodes; the payload may be encrypted.</remarks>
internal sealed partial class Shard
{
    private readonly TimedSlots<SessionSound> _listeners;

    /// <summary>Reads how loud a packet is, before it is forwarded.</summary>
    [HotPath]
    private void Hear(TrackReplica replica, in TrackPacket packet, Instant now)
    {
        if (
            replica.Meter is not { } meter
            || replica.ViewerCount == 0
            || packet.IsPaddingOnly
            || packet.IsTelephoneEvent
            || !TryReadLevel(replica, packet, out var level)
        )
        {
            return;
        }

        var hasBegun = meter.Handle(level, packet.Timestamp, now);
        foreach (var viewer in replica.Viewers)
        {
            if (viewer.Session.Sound is not { Slot: not TimedSlots<SessionSound>.NoSlot } sound)
            {
                continue;
            }

            if (hasBegun)
            {
                _listeners.Touch(sound.Slot);
            }

            if (sound.Gate is { } gate && !viewer.Subscription.IsPaused)
            {
                viewer.Subscription.IsHeldBack = !gate.Admits(new(viewer.Stream, meter), now);
            }
        }
    }

    [HotPath]
    private bool TryReadLevel(TrackReplica replica, in TrackPacket packet, out byte level)
    {
        level = SpeechMeter.Silence;
        if (replica.LevelId == 0)
        {
            return false;
        }

        var bytes = _pools[packet.Handle.Pool].Slot(packet.Handle)[..packet.PacketLength];
        if (
            RtpPacket.TryParse(bytes, out var rtp) != RtpParseError.None
            || !rtp.TryFindExtension(replica.LevelId, out var element)
            || !AudioLevel.TryRead(element, out var read)
        )
        {
            return false;
        }

        level = read.Level;
        return true;
    }

    /// <summary>A session hears a track of this shard from now on.</summary>
    private void Listen(PlayedTrack played, TrackReplica replica)
    {
        if (played.Session.Sound is not { } sound || replica.Meter is not { } meter)
        {
            return;
        }

        if (sound.Slot == TimedSlots<SessionSound>.NoSlot)
        {
            if (!_listeners.TryAdd(sound, out var slot))
            {
                return;
            }

            sound.Slot = slot;
        }

        sound.Add(played, meter);
    }

    /// <summary>A session hears a track no more.</summary>
    private void StopListening(PlayedTrack played)
    {
        if (played.Session.Sound is { Slot: not TimedSlots<SessionSound>.NoSlot } sound)
        {
            sound.Remove(played);
            _listeners.Touch(sound.Slot);
        }
    }

    /// <summary>A session leaves the shard, or ends.</summary>
    private void Forget(SessionSound? sound)
    {
        if (sound is { Slot: not TimedSlots<SessionSound>.NoSlot })
        {
            _listeners.Remove(sound.Slot);
            sound.Slot = TimedSlots<SessionSound>.NoSlot;
        }
    }

    /// <summary>Tells who speaks, where that changed.</summary>
    [HotPath]
    private void SettleListeners(Instant now)
    {
        while (_listeners.TryTakeDue(out var due, now))
        {
            _listeners.Touch(due!.Slot);
        }

        while (_listeners.TryTakeTouched(out var sound))
        {
            TellSpeakers(sound!, now);
            _listeners.Arm(sound!.Slot, Instant.Max(sound.PollTimeout(now), now + TimerStep));
        }
    }

    private void TellSpeakers(SessionSound sound, Instant now)
    {
        if (sound.TryTell(now))
        {
            _node.Callers?.HandleSpeakers(sound);
        }
    }
}
