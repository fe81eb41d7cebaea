using System.Diagnostics;
using Edge.Primitives;
using Edge.Protocol.Retransmission;

namespace Edge.Forwarding.Rewriting;

/// <summary>Gives one subscription's packets their outgoing sequence numbers.</summary>
/// <remarks>
/// The mapping is a short list of <see cref="RewriteRun"/>s with disjoint outgoing ranges. A number lost
/// upstream keeps its outgoing number, so that the viewer sees the gap and a late packet fills it.
/// A dropped packet (padding) ends a run and the next one closes up. A cut frame leaves one number
/// unused, so that the decoder sees that the frame is not whole (mediasoup issue #408).
/// No outgoing number is ever given to two packets: <see cref="TryMark"/> is true once for each.
/// Bounded: <see cref="RunsMax"/> runs and <see cref="WindowPackets"/> numbers back; a packet that
/// would need more is dropped.
/// </remarks>
internal sealed partial class SequenceRewriter
{
    /// <summary>Runs remembered; a power of two. Chosen: a second of padding bursts.</summary>
    public const int RunsMax = 64;

    /// <summary>How far back a late packet may still be sent. Chosen: the window of SRTP's sender.</summary>
    public const int WindowPackets = 1024;

    /// <summary>The longest gap passed on to the viewer. Chosen: more cannot be repaired by NACK, and
    /// gaps stay far below 2^15, where receivers lose the rollover counter (RFC 3711 §3.3.1).</summary>
    public const int GapMax = 512;

    private readonly RewriteRun[] _runs = new RewriteRun[RunsMax];
    private readonly SequenceBitmap _sent = new(WindowPackets);
    private long _nextOut;
    private int _runCount;
    private bool _lastHadMarker = true;

    /// <summary>Makes one whose first packet gets the given number.</summary>
    public SequenceRewriter(SequenceNumber first)
    {
        _nextOut = 65536L + first.Value;
    }

    /// <summary>Whether a run was begun.</summary>
    public bool IsStarted => _runCount > 0;

    /// <summary>The run that new packets belong to; only once started.</summary>
    public ref readonly RewriteRun Current => ref Run(_runCount - 1);

    /// <summary>The highest outgoing number sent; meaningful once something was.</summary>
    public long HighestSent => _sent.Highest;

    /// <summary>Begins a run at a received number, after all numbers given so far.</summary>
    public void Begin(
        byte layer,
        ushort epoch,
        long firstIn,
        TimestampMap timestamps,
        PictureIndexes pictures
    ) =>
        Push(
            new RewriteRun
            {
                FirstIn = firstIn,
                LastIn = firstIn - 1,
                FirstOut = _nextOut + (_lastHadMarker ? 0 : 1),
                Timestamps = timestamps,
                Pictures = pictures,
                Epoch = epoch,
                Layer = layer,
            }
        );

    /// <summary>Forgets which received packets its numbers stood for: they were another track's. The
    /// numbers themselves stay used.</summary>
    public void Forget() => _runCount = 0;

    /// <summary>Finds the outgoing number of a received media packet, and the run that rewrites it.</summary>
    [HotPath]
    public bool TryMap(
        int layer,
        ushort epoch,
        long extendedIn,
        out long extendedOut,
        out RewriteRun run
    )
    {
        if (!IsStarted)
        {
            extendedOut = 0;
            run = default;
            return false;
        }

        ref var current = ref Run(_runCount - 1);
        if (current.Layer == layer && current.Epoch == epoch && extendedIn > current.LastIn)
        {
            Reserve(ref current, extendedIn);
            current = ref Run(_runCount - 1);
            run = current;
            extendedOut = run.FirstOut + (extendedIn - run.FirstIn);
            return true;
        }

        return TryMapReserved(layer, epoch, extendedIn, out extendedOut, out run);
    }

    /// <summary>Drops a received packet that carries nothing. When its number was reserved already, it
    /// comes back and has to be filled with an empty packet.</summary>
    [HotPath]
    public bool TryMapPadding(
        int layer,
        ushort epoch,
        long extendedIn,
        out long extendedOut,
        out RewriteRun run
    )
    {
        extendedOut = 0;
        run = default;
        if (!IsStarted)
        {
            return false;
        }

        ref var current = ref Run(_runCount - 1);
        if (current.Layer != layer || current.Epoch != epoch || extendedIn <= current.LastIn)
        {
            return TryMapReserved(layer, epoch, extendedIn, out extendedOut, out run);
        }

        Compact(ref current, extendedIn);
        return false;
    }

    /// <summary>Finds the outgoing number that a late packet's was reserved before; never a new one.</summary>
    [HotPath]
    public bool TryMapReserved(
        int layer,
        ushort epoch,
        long extendedIn,
        out long extendedOut,
        out RewriteRun run
    )
    {
        for (var index = _runCount - 1; index >= Math.Max(0, _runCount - RunsMax); index--)
        {
            ref var candidate = ref Run(index);
            if (candidate.Holds(layer, epoch, extendedIn))
            {
                run = candidate;
                extendedOut = run.FirstOut + (extendedIn - run.FirstIn);
                return true;
            }
        }

        extendedOut = 0;
        run = default;
        return false;
    }

    /// <summary>Claims an outgoing number for sending; true once for each.</summary>
    [HotPath]
    public bool TryMark(long extendedOut, bool marker)
    {
        if (!_sent.TryMark(extendedOut))
        {
            return false;
        }

        if (extendedOut == _sent.Highest)
        {
            _lastHadMarker = marker;
        }

        return true;
    }

    /// <summary>Whether an outgoing number was sent.</summary>
    public bool WasSent(long extendedOut) => _sent.Contains(extendedOut);

    /// <summary>Finds what an outgoing number stands for, for a NACK.</summary>
    [HotPath]
    public bool TryReverse(
        SequenceNumber sent,
        out long extendedOut,
        out long extendedIn,
        out RewriteRun run
    )
    {
        extendedOut = 0;
        extendedIn = 0;
        run = default;
        if (!_sent.IsStarted)
        {
            return false;
        }

        var highest = _sent.Highest;
        extendedOut = highest + sent.DistanceFrom(new(unchecked((ushort)highest)));
        if (extendedOut > highest || extendedOut <= highest - WindowPackets)
        {
            return false;
        }

        for (var index = _runCount - 1; index >= Math.Max(0, _runCount - RunsMax); index--)
        {
            ref var candidate = ref Run(index);
            extendedIn = candidate.FirstIn + (extendedOut - candidate.FirstOut);
            if (extendedIn >= candidate.FirstIn && extendedIn <= candidate.LastIn)
            {
                run = candidate;
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives numbers up to a received one, or closes up when too many are missing.</summary>
    private void Reserve(ref RewriteRun current, long extendedIn)
    {
        if (extendedIn - current.LastIn - 1 > GapMax)
        {
            _lastHadMarker = false;
            Begin(current.Layer, current.Epoch, extendedIn, current.Timestamps, current.Pictures);
            current = ref Run(_runCount - 1);
        }

        current.LastIn = extendedIn;
        _nextOut = current.FirstOut + (extendedIn - current.FirstIn) + 1;
    }

    private void Compact(ref RewriteRun current, long extendedIn)
    {
        if (extendedIn - 1 > current.LastIn)
        {
            Reserve(ref current, extendedIn - 1);
            current = ref Run(_runCount - 1);
        }

        if (current.LastIn < current.FirstIn)
        {
            current.FirstIn = extendedIn + 1;
            current.LastIn = extendedIn;
            return;
        }

        var next = current;
        next.FirstIn = extendedIn + 1;
        next.LastIn = extendedIn;
        next.FirstOut = _nextOut;
        Push(next);
    }

    private void Push(in RewriteRun run)
    {
        // Indexes only grow; wrapping an int of runs takes years of a run per packet.
        Debug.Assert(_runCount < int.MaxValue, "A subscription outlived its run counter.");
        _runCount++;
        Run(_runCount - 1) = run;
    }

    private ref RewriteRun Run(int index) => ref _runs[index & (RunsMax - 1)];
}
