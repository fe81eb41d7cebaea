using Edge.Primitives;
using Edge.Protocol.Transport.Receiving;

namespace Edge.Testing.Clients;

/// <summary>What a playing client got of one track, as a decoder would count it.</summary>
public sealed class PlayedTrack
{
    private readonly Dictionary<uint, int> _partial = [];
    private int _whole; // Frames of which every packet came: of those nothing has to be remembered.
    private long _firstSequence = -1;
    private long _highestSequence = -1;
    private uint _highestTimestamp;
    private bool _hasTimestamp;
    private bool _isAhead;
    private TimeSpan _captureMin = TimeSpan.MaxValue;
    private TimeSpan _captureMax = TimeSpan.MinValue;

    /// <summary>Packets received, each once.</summary>
    public long Packets { get; private set; }

    /// <summary>Bytes of their payloads.</summary>
    public long Bytes { get; private set; }

    /// <summary>Packets that came by retransmission.</summary>
    public long Recovered { get; private set; }

    /// <summary>Frames of which every packet came.</summary>
    public int CompleteFrames { get; private set; }

    /// <summary>Key frames of which every packet came.</summary>
    public int CompleteKeyFrames { get; private set; }

    /// <summary>Packets whose timestamp ran backwards against the highest sequence number.</summary>
    public int BackwardTimestamps { get; private set; }

    /// <summary>Packets without payload, which only fill their number.</summary>
    public long Fillers { get; private set; }

    /// <summary>Telephone events: marker, timestamp and payload of each packet.</summary>
    public List<(bool Marker, uint Timestamp, byte[] Payload)> Events { get; } = [];

    /// <summary>Packets with copies of earlier sound (RFC 2198).</summary>
    public long Redundant { get; private set; }

    /// <summary>The payload of the last of them.</summary>
    public byte[] LastRedundant { get; private set; } = [];

    /// <summary>When the first packet came.</summary>
    public Instant FirstAt { get; private set; } = Instant.Never;

    /// <summary>When the first key frame was complete.</summary>
    public Instant FirstKeyFrameAt { get; private set; } = Instant.Never;

    /// <summary>Longest time from making to arrival.</summary>
    public TimeSpan LatencyMax { get; private set; }

    /// <summary>Where times from making to arrival are counted, of every packet; null counts none.</summary>
    public LatencyHistogram? PacketLatency { get; set; }

    /// <summary>The same of each frame's last packet, which a decoder waits for.</summary>
    public LatencyHistogram? FrameLatency { get; set; }

    /// <summary>Told of each packet before anything else is made of it; nobody by default.</summary>
    public Action<ReceivedMedia, Instant>? PacketSeen { get; set; }

    /// <summary>Sequence numbers of the span from first to highest that never came.</summary>
    public long Missing => _firstSequence < 0 ? 0 : _highestSequence - _firstSequence + 1 - Packets;

    /// <summary>How far capture times strayed from when packets were made, since the last reset.</summary>
    public TimeSpan CaptureSpread => _captureMax - _captureMin;

    /// <summary>When the last packet came; never, before the first.</summary>
    public Instant LastAt { get; private set; } = Instant.Never;

    /// <summary>Longest time from one packet to the next since the last reset.</summary>
    public TimeSpan GapMax { get; private set; }

    /// <summary>The same with the time since the last packet, which may be the longest.</summary>
    public TimeSpan GapUntil(Instant now)
    {
        var open = LastAt.IsSet ? now - LastAt : TimeSpan.Zero;
        return open > GapMax ? open : GapMax;
    }

    /// <summary>When the packet came that ended it; never, while it lasts.</summary>
    public Instant GapEndedAt { get; private set; } = Instant.Never;

    /// <summary>Begins measuring <see cref="GapMax"/> anew.</summary>
    public void ResetGap()
    {
        GapMax = TimeSpan.Zero;
        GapEndedAt = Instant.Never;
    }

    /// <summary>Begins measuring <see cref="CaptureSpread"/> anew.</summary>
    public void ResetCaptureSpread()
    {
        _captureMin = TimeSpan.MaxValue;
        _captureMax = TimeSpan.MinValue;
    }

    /// <summary>The frame number of the last packet.</summary>
    public uint LastFrame { get; private set; }

    /// <summary>Packets of the frame that is the latest by its sequence numbers: it tells layers apart.</summary>
    public int LastFramePackets { get; private set; }

    /// <summary>Frames of which any packet came.</summary>
    public int Frames => _partial.Count + _whole;

    /// <summary>How often <see cref="LastFramePackets"/> changed.</summary>
    public int Switches { get; private set; }

    /// <summary>How many of these did not begin at the first packet of a key frame.</summary>
    public int SwitchesWithoutKeyFrame { get; private set; }

    /// <summary>Media sources that the track had so far: one, while no SSRC changes.</summary>
    public int Sources { get; private set; }

    /// <summary>Takes a packet in arrival order.</summary>
    public void HandlePacket(in ReceivedMedia media, ReadOnlySpan<byte> payload, Instant now)
    {
        PacketSeen?.Invoke(media, now);
        Packets++;
        Bytes += payload.Length;
        Recovered += media.IsRecovered ? 1 : 0;
        FirstAt = Instant.Min(FirstAt, now);
        NoteGap(now);
        LastAt = now;
        Sources = media.Epoch + 1;
        NoteOrder(media);
        Fillers += payload.IsEmpty ? 1 : 0;
        if (media.IsRedundant)
        {
            Redundant++;
            LastRedundant = payload.ToArray();
        }

        if (media.IsTelephoneEvent)
        {
            Events.Add((media.Marker, media.Timestamp, payload.ToArray()));
            return;
        }

        if (!FrameStamp.TryReadEnd(payload, out var stamp))
        {
            return;
        }

        LastFrame = stamp.Frame;
        NoteSwitch(stamp);
        NoteCapture(media, stamp.SentAt);
        var latency = now - stamp.SentAt;
        LatencyMax = latency > LatencyMax ? latency : LatencyMax;
        PacketLatency?.Add(latency);
        if (stamp.Index == stamp.Count - 1)
        {
            FrameLatency?.Add(latency);
        }

        if (IsComplete(media.Timestamp, stamp.Count))
        {
            CompleteFrames++;
            CompleteKeyFrames += stamp.IsKey ? 1 : 0;
            if (stamp.IsKey)
            {
                FirstKeyFrameAt = Instant.Min(FirstKeyFrameAt, now);
            }
        }
    }

    private void NoteGap(Instant now)
    {
        var gap = GapUntil(now);
        if (gap > GapMax)
        {
            GapMax = gap;
            GapEndedAt = now;
        }
    }

    /// <summary>Counts a packet of a frame; whether it was the last that was missing.</summary>
    private bool IsComplete(uint timestamp, int packets)
    {
        if (packets == 1)
        {
            _whole++;
            return true;
        }

        var have = _partial.GetValueOrDefault(timestamp) + 1;
        if (have < packets)
        {
            _partial[timestamp] = have;
            return false;
        }

        _ = _partial.Remove(timestamp);
        _whole++;
        return true;
    }

    private void NoteSwitch(FrameStamp stamp)
    {
        if (!_isAhead || stamp.Count == LastFramePackets)
        {
            return;
        }

        if (LastFramePackets != 0)
        {
            Switches++;
            SwitchesWithoutKeyFrame += stamp is { IsKey: true, Index: 0 } ? 0 : 1;
        }

        LastFramePackets = stamp.Count;
    }

    private void NoteCapture(in ReceivedMedia media, Instant madeAt)
    {
        // The made-up media is stamped with the maker's time: the difference is constant if, and only
        // if, capture times were carried faithfully.
        var difference = media.CaptureTime - NtpTimestamp.FromUnixTime(new TimeSpan(madeAt.Ticks));
        _captureMin = difference < _captureMin ? difference : _captureMin;
        _captureMax = difference > _captureMax ? difference : _captureMax;
    }

    private void NoteOrder(in ReceivedMedia media)
    {
        if (_firstSequence < 0)
        {
            _firstSequence = media.ExtendedSequence;
        }

        _firstSequence = Math.Min(_firstSequence, media.ExtendedSequence);
        _isAhead = media.ExtendedSequence > _highestSequence;
        if (!_isAhead)
        {
            return;
        }

        _highestSequence = media.ExtendedSequence;
        if (_hasTimestamp && unchecked((int)(media.Timestamp - _highestTimestamp)) < 0)
        {
            BackwardTimestamps++;
        }

        _highestTimestamp = media.Timestamp;
        _hasTimestamp = true;
    }
}
