using System.Diagnostics;
using Edge.Primitives;
using Edge.Protocol.Retransmission;

namespace Edge.Forwarding.Rewriting;

/// <summary>Gives one subscription's packets their outgoing sequence numbers.</summary>
/// <remarks>
/// Shape: a ring that knows of each of the last <see cref="WindowPackets"/> outgoing numbers which received
/// one it stands for, and a short list of <see cref="RewriteRun"/>s, which say how those of one layer and
/// publisher are rewritten. The ring, 4 KB, is made when a packet is left out for the first time: until then
/// both numbers rise alike, and of sound and of one layer nothing is ever left out. Within a run both kinds of numbers rise, so a late packet is found by halving,
/// a lost one in one step, whatever was dropped in between.
/// A number lost upstream keeps its outgoing number, so that the viewer sees the gap and a late packet
/// fills it. A dropped packet (padding, a layer that is not wanted) gets none and the next one closes up. A
/// cut frame leaves one number unused, so that the decoder sees that the frame is not whole (mediasoup
/// issue #408). No outgoing number is ever given to two packets: <see cref="TryMark"/> is true once for each.
/// Bounded: <see cref="RunsMax"/> runs and <see cref="WindowPackets"/> numbers back; a packet that
/// would need more is dropped.
/// </remarks>
internal sealed partial class SequenceRewriter
{
    /// <summary>Runs remembered; a power of two. Chosen: only changes of layer, publisher or clock and gaps
    /// beyond <see cref="GapMax"/> make one; that many within the window are no viewer's case.</summary>
    public const int RunsMax = 16;

    /// <summary>How far back a late packet may still be sent. Chosen: the window of SRTP's sender.</summary>
    public const int WindowPackets = 1024;

    /// <summary>The longest gap passed on to the viewer. Chosen: more cannot be repaired by NACK, and
    /// gaps stay far below 2^15, where receivers lose the rollover counter (RFC 3711 §3.3.1).</summary>
    public const int GapMax = 512;

    private readonly RewriteRun[] _runs = new RewriteRun[RunsMax];

    private readonly SequenceBitmap _sent = new(WindowPackets);

    // By outgoing number: how far its received one is behind the first of its run. Empty while that is as far as
    // the number itself is.
    private uint[] _received = [];
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

    /// <summary>Begins a run at its first received number, after all numbers given so far. What the run says
    /// of its other numbers is of no account.</summary>
    public void Begin(in RewriteRun run) => Push(run, unused: _lastHadMarker ? 0 : 1);

    /// <summary>Forgets which received packets its numbers stood for: they were another track's. The
    /// numbers themselves stay used.</summary>
    public void Forget() => _runCount = 0;

    /// <summary>Whether a received number is a new one of the current run, and not one judged before.</summary>
    [HotPath]
    public bool IsNew(int layer, ushort epoch, long extendedIn)
    {
        if (!IsStarted)
        {
            return false;
        }

        ref readonly var current = ref Current;
        return current.Layer == layer && current.Epoch == epoch && extendedIn > current.LastIn;
    }

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
        if (!IsNew(layer, epoch, extendedIn))
        {
            return TryMapReserved(layer, epoch, extendedIn, out extendedOut, out run);
        }

        ref var current = ref Run(_runCount - 1);
        if (extendedIn == current.LastIn + 1 && extendedIn - current.FirstIn <= uint.MaxValue)
        {
            Give(ref current, extendedIn);
        }
        else
        {
            Reserve(extendedIn);
            current = ref Run(_runCount - 1);
        }

        run = current;
        extendedOut = current.LastOut;
        return true;
    }

    /// <summary>Drops a received packet that is not to be sent. When its number was reserved already, it
    /// comes back and has to be filled with an empty packet.</summary>
    [HotPath]
    public bool TryDrop(
        int layer,
        ushort epoch,
        long extendedIn,
        out long extendedOut,
        out RewriteRun run
    )
    {
        if (!IsNew(layer, epoch, extendedIn))
        {
            return TryMapReserved(layer, epoch, extendedIn, out extendedOut, out run);
        }

        extendedOut = 0;
        run = default;
        if (extendedIn - 1 > Current.LastIn)
        {
            Reserve(extendedIn - 1);
        }

        Run(_runCount - 1).LastIn = extendedIn;
        return false;
    }

    /// <summary>Drops a new packet and what is missing right before it, which is known to be of the same
    /// unwanted frame: nothing of it gets a number.</summary>
    [HotPath]
    public void DropWithGap(long extendedIn) => Run(_runCount - 1).LastIn = extendedIn;

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
            if (
                candidate.Holds(layer, epoch, extendedIn)
                && TryFind(candidate, extendedIn, out extendedOut)
            )
            {
                run = candidate;
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
        if (extendedOut > highest || extendedOut < _nextOut - WindowPackets)
        {
            return false;
        }

        for (var index = _runCount - 1; index >= Math.Max(0, _runCount - RunsMax); index--)
        {
            ref var candidate = ref Run(index);
            if (extendedOut >= candidate.FirstOut && extendedOut <= candidate.LastOut)
            {
                extendedIn = candidate.FirstIn + Received(candidate, extendedOut);
                run = candidate;
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives numbers up to a received one, or closes up when too many are missing.</summary>
    private void Reserve(long extendedIn)
    {
        ref var current = ref Run(_runCount - 1);
        if (extendedIn - current.LastIn - 1 > GapMax)
        {
            PushSame(extendedIn, unused: 1);
            current = ref Run(_runCount - 1);
        }
        else if (extendedIn - current.FirstIn > uint.MaxValue)
        {
            // Weeks of one run: its distances do not fit the ring any more.
            PushSame(current.LastIn + 1, unused: 0);
            current = ref Run(_runCount - 1);
        }

        for (var number = current.LastIn + 1; number <= extendedIn; number++)
        {
            Give(ref current, number);
        }
    }

    /// <summary>Gives the next outgoing number to a received one.</summary>
    private void Give(ref RewriteRun run, long extendedIn)
    {
        var given = Math.Max(_nextOut, run.FirstOut);
        Note(run, given, extendedIn - run.FirstIn);
        run.LastOut = given;
        run.LastIn = extendedIn;
        _nextOut = given + 1;
    }

    /// <summary>The outgoing number of a received one that a run judged; false when it was dropped or is
    /// too far back.</summary>
    private bool TryFind(in RewriteRun run, long extendedIn, out long extendedOut)
    {
        var distance = extendedIn - run.FirstIn;
        var low = Math.Max(run.FirstOut, _nextOut - WindowPackets);
        var high = run.LastOut;
        while (low <= high)
        {
            extendedOut = low + ((high - low) >> 1);
            var found = Received(run, extendedOut);
            if (found == distance)
            {
                return true;
            }

            if (found < distance)
            {
                low = extendedOut + 1;
            }
            else
            {
                high = extendedOut - 1;
            }
        }

        extendedOut = 0;
        return false;
    }

    /// <summary>How far behind the first of its run is what an outgoing number of it stands for.</summary>
    private long Received(in RewriteRun run, long extendedOut) =>
        _received.Length == 0
            ? extendedOut - run.FirstOut
            : _received[extendedOut & (WindowPackets - 1)];

    private void Note(in RewriteRun run, long extendedOut, long distance)
    {
        if (_received.Length == 0)
        {
            if (distance == extendedOut - run.FirstOut)
            {
                return;
            }

            Spread();
            Spread(_received, run, extendedOut - 1);
        }

        // The narrowing is safe: longer runs are divided.
        _received[extendedOut & (WindowPackets - 1)] = unchecked((uint)distance);
    }

    /// <summary>Makes the ring, of numbers that rose alike until now.</summary>
    private void Spread()
    {
        _received = new uint[WindowPackets];
        for (var index = FirstRun; index < _runCount; index++)
        {
            Spread(_received, Run(index), Run(index).LastOut);
        }
    }

    private void Spread(Span<uint> ring, in RewriteRun run, long last)
    {
        for (var number = FirstKept(run); number <= last; number++)
        {
            ring[(int)(number & (WindowPackets - 1))] = unchecked((uint)(number - run.FirstOut));
        }
    }

    /// <summary>The current run goes on at a received number.</summary>
    private void PushSame(long firstIn, int unused) =>
        Push(Run(_runCount - 1) with { FirstIn = firstIn }, unused);

    private void Push(RewriteRun run, int unused)
    {
        // Indexes only grow; wrapping an int of runs takes years of a run per packet.
        Debug.Assert(_runCount < int.MaxValue, "A subscription outlived its run counter.");
        run.LastIn = run.FirstIn - 1;
        run.FirstOut = _nextOut + unused;
        run.LastOut = run.FirstOut - 1;
        _runCount++;
        Run(_runCount - 1) = run;
    }

    private ref RewriteRun Run(int index) => ref _runs[index & (RunsMax - 1)];
}
