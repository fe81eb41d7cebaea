namespace Edge.Forwarding.Tests.Rewriting;

/// <summary>What the numbers of one run are to be, said as plainly as possible: the kept and the missing
/// received numbers, in order, get consecutive outgoing ones.</summary>
internal sealed class SequenceModel(long firstOut)
{
    private readonly Dictionary<long, long> _outOf = [];
    private readonly Dictionary<long, long> _inOf = [];
    private long _nextOut = firstOut;
    private long? _lastIn;

    public long LastOut => _nextOut - 1;

    /// <summary>A packet is kept: its number, or null when it has none.</summary>
    public long? Keep(long received)
    {
        if (_lastIn is { } last && received <= last)
        {
            return _outOf.TryGetValue(received, out var reserved) ? reserved : null;
        }

        Give(received);
        return _outOf[received];
    }

    /// <summary>A packet is dropped: its number when one was reserved for it.</summary>
    public long? Drop(long received)
    {
        if (_lastIn is { } last && received <= last)
        {
            return _outOf.TryGetValue(received, out var reserved) ? reserved : null;
        }

        Give(received - 1);
        _lastIn = received;
        return null;
    }

    public long? ReceivedOf(long sent) => _inOf.TryGetValue(sent, out var found) ? found : null;

    private void Give(long through)
    {
        for (var number = (_lastIn ?? through - 1) + 1; number <= through; number++)
        {
            _inOf[_nextOut] = number;
            _outOf[number] = _nextOut++;
        }

        _lastIn = through;
    }
}
