namespace Anycast.Health.Peers;

/// <summary>Takes from each peer only what it said later than what was taken: a datagram that is sent again by
/// somebody on the LAN changes nothing.</summary>
/// <remarks>Bounded by <see cref="PeerTable.PeersMax"/>. A heartbeat from before this process started is taken until
/// its sender's next one; it cannot be told apart without a clock that both share. Threads: one owner.</remarks>
public sealed class HeartbeatOrder
{
    private readonly Dictionary<string, (long Epoch, long Number)> _last = new(
        StringComparer.Ordinal
    );

    /// <summary>Whether a heartbeat is later than the last one of its node; if so, it is the last one now.</summary>
    public bool TryTake(in Heartbeat heartbeat)
    {
        if (!_last.TryGetValue(heartbeat.Node, out var last))
        {
            return _last.Count < PeerTable.PeersMax
                && _last.TryAdd(heartbeat.Node, (heartbeat.Epoch, heartbeat.Number));
        }

        if ((heartbeat.Epoch, heartbeat.Number).CompareTo(last) <= 0)
        {
            return false;
        }

        _last[heartbeat.Node] = (heartbeat.Epoch, heartbeat.Number);
        return true;
    }
}
