using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Congestion.Sending.Probing;

namespace Edge.Protocol.Tests.Congestion.Sending.Simulation;

/// <summary>A source that follows the target and a pacer that spreads it: sound, frames, probes.</summary>
internal sealed class SimulatedPacer(Prng random)
{
    private const int PacketBytes = 1200;
    private const int PaddingMin = 200;
    private const int SoundBytes = 140;
    private const int SoundEveryMs = 20;
    private const int FrameEveryMs = 33;
    private const double Pace = 1.25;
    private static readonly TimeSpan BacklogMax = TimeSpan.FromMilliseconds(250);

    private readonly Queue<int> _frames = new();
    private ProbeRequest _probe;
    private int _probeBytes;
    private int _probePackets;
    private long _backlogBytes;
    private double _budgetBytes;
    private double _probeBudgetBytes;

    /// <summary>The most the source makes; a source that has no more is idle.</summary>
    public Bitrate SourceMax { get; set; } = new(long.MaxValue);

    /// <summary>Whether there is sound.</summary>
    public bool HasSound { get; set; } = true;

    /// <summary>Whether a probe is being sent.</summary>
    public bool IsProbing { get; private set; }

    /// <summary>Begins a probe.</summary>
    public void Start(in ProbeRequest probe)
    {
        _probe = probe;
        _probeBytes = 0;
        _probePackets = 0;
        _probeBudgetBytes = 0;
        IsProbing = true;
    }

    /// <summary>What leaves in this millisecond.</summary>
    public void Step(long ms, Bitrate target, Action<SentPacket> send)
    {
        MakeFrame(ms, target);
        var millisecond = TimeSpan.FromMilliseconds(1);
        var pacedBytes = (target * Pace).BytesIn(millisecond);
        _budgetBytes = Math.Min(_budgetBytes + pacedBytes, Math.Max(pacedBytes, PacketBytes));
        if (HasSound && ms % SoundEveryMs == 0)
        {
            Send(SoundBytes, SentPacketKind.Media, send);
        }

        if (IsProbing)
        {
            _probeBudgetBytes += _probe.Rate.BitsPerSecond / 8000.0;
        }

        while (IsProbing ? _probeBudgetBytes > 0 : _budgetBytes > 0 && _frames.Count > 0)
        {
            var isMedia = _frames.TryDequeue(out var bytes);
            _backlogBytes -= bytes;
            Send(
                isMedia ? bytes : PaddingBytes(),
                isMedia ? SentPacketKind.Media : SentPacketKind.Padding,
                send
            );
        }
    }

    /// <summary>At a low rate the packets of a probe are small, else it would be long.</summary>
    private int PaddingBytes()
    {
        var packetsLeft = Math.Max(1, _probe.Packets - _probePackets);
        return Math.Clamp((_probe.Bytes - _probeBytes) / packetsLeft, PaddingMin, PacketBytes);
    }

    private void MakeFrame(long ms, Bitrate target)
    {
        var isDue = ms % FrameEveryMs == 0 && SourceMax > Bitrate.Zero;
        if (!isDue || _backlogBytes > target.BytesIn(BacklogMax))
        {
            return;
        }

        var rate = Bitrate.Min(SourceMax, target);
        var sound = Bitrate.FromBytes(SoundBytes, TimeSpan.FromMilliseconds(SoundEveryMs));
        var meanBytes = (rate.BitsPerSecond - sound.BitsPerSecond) / 8000.0 * FrameEveryMs;
        var left = (int)Math.Max(100, meanBytes * (0.8 + 0.4 * random.NextDouble()));
        _backlogBytes += left;
        for (; left > 0; left -= PacketBytes)
        {
            _frames.Enqueue(Math.Min(left, PacketBytes));
        }
    }

    private void Send(int bytes, SentPacketKind kind, Action<SentPacket> send)
    {
        _budgetBytes -= bytes;
        var cluster = IsProbing ? _probe.Cluster : (ushort)0;
        if (IsProbing)
        {
            _probeBudgetBytes -= bytes;
            _probeBytes += bytes;
            _probePackets++;
            IsProbing = _probeBytes < _probe.Bytes || _probePackets < _probe.Packets;
        }

        send(new SentPacket(bytes, kind, cluster));
    }
}
