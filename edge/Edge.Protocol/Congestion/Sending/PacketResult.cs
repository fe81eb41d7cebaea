using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>What the receiver said of one packet, beside what we know of it.</summary>
/// <param name="SentAt">When it left, on our clock.</param>
/// <param name="Arrival">When it came, on the receiver's clock, which does not wrap here. Of a lost one:
/// the arrival told before it.</param>
/// <param name="Packet">What was sent.</param>
/// <param name="Fate">Whether it came.</param>
public readonly record struct PacketResult(
    Instant SentAt,
    TimeSpan Arrival,
    SentPacket Packet,
    PacketFate Fate
)
{
    /// <summary>Whether it came, late or not.</summary>
    public bool IsReceived => Fate != PacketFate.Lost;

    /// <summary>Puts results in the order of arrival, in which rates and delays are measured.</summary>
    /// <remarks>By insertion: feedback lists by number, so only overtaken packets have to move.</remarks>
    [HotPath]
    public static void SortByArrival(Span<PacketResult> results)
    {
        for (var next = 1; next < results.Length; next++)
        {
            var moved = results[next];
            var index = next;
            for (; index > 0 && results[index - 1].Arrival > moved.Arrival; index--)
            {
                results[index] = results[index - 1];
            }

            results[index] = moved;
        }
    }
}
