using Edge.Primitives;

namespace Edge.Forwarding.Thinning;

/// <summary>Measures what the pairs of layers within one encoding take.</summary>
/// <remarks>Shape: bytes of each pair in four windows of a quarter second and the one begun. The packet path
/// adds; windows are closed by the packets themselves.</remarks>
internal sealed partial class LayerRateMeter
{
    /// <summary>The length of a window.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    private const int Windows = 4;

    // Row 0 is the window begun, row 1 the one before it, and so on.
    private readonly long[] _bytes = new long[(Windows + 1) * LayerCell.Count];
    private readonly long[] _ticks = new long[Windows + 1];
    private readonly ushort[] _seen = new ushort[Windows + 1];
    private Instant _begunAt = Instant.Never;
    private ushort _present;
    private ushort _lastSeen;
    private bool _isTold;

    /// <summary>Forgets the publisher.</summary>
    public void Clear()
    {
        Array.Clear(_bytes);
        Array.Clear(_ticks);
        Array.Clear(_seen);
        _begunAt = Instant.Never;
        _present = 0;
        _lastSeen = 0;
        _isTold = false;
    }

    /// <summary>Counts a packet.</summary>
    [HotPath]
    public void Add(in FrameFacts facts, int bytes, Instant now)
    {
        Close(now);
        _isTold = facts.Has(FrameFlags.ByDescriptor);
        _present = _isTold ? facts.Present : _present;
        _seen[0] |= facts.Cell.Bit;
        for (uint left = facts.Members; left != 0; left &= left - 1)
        {
            _bytes[int.TrailingZeroCount((int)left)] += bytes;
        }
    }

    /// <summary>The rates over the last second.</summary>
    public LayerRates Measure(Instant now)
    {
        Close(now);
        var present = _isTold ? _present : SeenOf();
        var rates = new LayerRates
        {
            Present = present,
            Known = present != 0 ? present : _lastSeen,
        };
        var ticks = 0L;
        for (var window = 1; window <= Windows; window++)
        {
            ticks += _ticks[window];
        }

        rates.IsMeasured = ticks > 0;
        for (var index = 0; index < LayerCell.Count; index++)
        {
            var bytes = 0L;
            for (var window = 1; window <= Windows; window++)
            {
                bytes += _bytes[(window * LayerCell.Count) + index];
            }

            rates.Set(index, Bitrate.FromBytes(bytes, new TimeSpan(ticks)));
        }

        return rates;
    }

    private ushort SeenOf()
    {
        var seen = 0;
        foreach (var each in _seen)
        {
            seen |= each;
        }

        return (ushort)seen;
    }

    /// <summary>Closes the window begun when it is over; one longer than four of them leaves nothing of what
    /// was before.</summary>
    private void Close(Instant now)
    {
        if (!_begunAt.IsSet)
        {
            _begunAt = now;
            return;
        }

        var elapsed = now - _begunAt;
        if (elapsed < Window)
        {
            return;
        }

        var seen = SeenOf();
        _lastSeen = seen != 0 ? seen : _lastSeen;
        if (elapsed > Windows * Window)
        {
            Array.Clear(_bytes, LayerCell.Count, Windows * LayerCell.Count);
            Array.Clear(_ticks);
            Array.Clear(_seen, 1, Windows);
        }

        Array.Copy(_bytes, 0, _bytes, LayerCell.Count, Windows * LayerCell.Count);
        Array.Copy(_ticks, 0, _ticks, 1, Windows);
        Array.Copy(_seen, 0, _seen, 1, Windows);
        Array.Clear(_bytes, 0, LayerCell.Count);
        _seen[0] = 0;
        _ticks[1] = elapsed.Ticks;
        _begunAt = now;
    }
}
