using Edge.Primitives;
using Edge.Protocol.Congestion.Sending.Probing;

namespace Edge.Forwarding.Downlinks;

/// <summary>A test of the network while it is being sent: so much, at a rate.</summary>
internal struct ProbeRun
{
    /// <summary>After so long a probe is over, however little of it was sent. Chosen: the estimator does not
    /// wait longer for its result.</summary>
    private static readonly TimeSpan LengthMax = TimeSpan.FromMilliseconds(500);

    private ProbeRequest _request;
    private Instant _beganAt;
    private long _bytes;
    private int _packets;

    /// <summary>Whether one is being sent.</summary>
    public bool IsActive { get; private set; }

    /// <summary>What its packets are marked with; 0 while none is sent.</summary>
    public readonly ushort Cluster => IsActive ? _request.Cluster : (ushort)0;

    /// <summary>Begins one.</summary>
    public void Begin(in ProbeRequest request, Instant now)
    {
        _request = request;
        _beganAt = now;
        _bytes = 0;
        _packets = 0;
        IsActive = true;
    }

    /// <summary>Whether its next packet is due.</summary>
    [HotPath]
    public readonly bool IsDue(Instant now) => now >= NextAt();

    /// <summary>When its next packet is due.</summary>
    [HotPath]
    public readonly Instant NextAt()
    {
        var seconds = _bytes * 8.0 / Math.Max(1, _request.Rate.BitsPerSecond);
        return _beganAt + TimeSpan.FromSeconds(seconds);
    }

    /// <summary>A packet of it left.</summary>
    [HotPath]
    public void HandleSent(int bytes, Instant now)
    {
        _bytes += bytes;
        _packets++;
        var isDone = _bytes >= _request.Bytes && _packets >= _request.Packets;
        if (isDone || now - _beganAt > LengthMax)
        {
            IsActive = false;
        }
    }

    /// <summary>Gives it up.</summary>
    public void End() => IsActive = false;
}
