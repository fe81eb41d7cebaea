using Edge.Primitives;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Testing.Clients.Watching;

/// <summary>Transport-wide feedback as often as Chromium sends it to a server whose media it plays.</summary>
/// <remarks>The product's own receiver of it (<see cref="Protocol.Congestion.TwccReceiver"/>) reports at the pace of
/// servers.</remarks>
internal sealed class ArrivalReport
{
    /// <summary>Measured: Chromium 156 as a viewer of 2.5 Mbit/s, half of 480 feedbacks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(62.5);

    /// <summary>Arrivals that are kept; a power of two. Chosen: thirty intervals of 3 Mbit/s.</summary>
    private const int Window = 1024;

    private readonly long[] _arrivals = new long[Window];
    private readonly long[] _unreported = new long[Window];
    private SequenceUnwrapper _unwrapper;
    private long _next;
    private Ssrc _source;
    private byte _count;

    /// <summary>When there is something to report; never, while nothing came since.</summary>
    public Instant DueAt { get; private set; } = Instant.Never;

    /// <summary>Notes a packet by its transport-wide number.</summary>
    public void Note(SequenceNumber sequence, Ssrc source, Instant arrivedAt)
    {
        var isFirst = !_unwrapper.IsStarted;
        var highest = _unwrapper.Highest;
        var number = _unwrapper.Unwrap(sequence);
        if (isFirst)
        {
            Array.Fill(_arrivals, Instant.Never.Ticks);
            _next = number;
        }
        else if (number <= highest - Window)
        {
            return;
        }

        for (
            var lost = Math.Max(highest + 1, number - Window + 1);
            !isFirst && lost < number;
            lost++
        )
        {
            _arrivals[lost & (Window - 1)] = Instant.Never.Ticks;
        }

        _arrivals[number & (Window - 1)] = arrivedAt.Ticks;
        _source = source;
        _next = Math.Min(_next, number);
        DueAt = DueAt.IsSet ? DueAt : arrivedAt + Interval;
    }

    /// <summary>Writes a feedback packet when one is due; 0 when not. Call until 0.</summary>
    public int Poll(Span<byte> destination, Ssrc sender, Instant now)
    {
        while (now >= DueAt)
        {
            var first = Math.Max(_next, _unwrapper.Highest - Window + 1);
            var count = (int)(_unwrapper.Highest - first + 1);
            for (var index = 0; index < count; index++)
            {
                _unreported[index] = _arrivals[(first + index) & (Window - 1)];
            }

            var length = TransportFeedbackWriter.Write(
                destination,
                sender,
                _source,
                unchecked((ushort)first),
                _unreported.AsSpan(0, count),
                _count,
                out var consumed
            );
            if (consumed == 0)
            {
                throw new TestingException("A datagram is too short for any feedback.");
            }

            _next = first + consumed;
            DueAt = _next > _unwrapper.Highest ? Instant.Never : DueAt;
            if (length > 0)
            {
                _count++;
                return length;
            }
        }

        return 0;
    }
}
