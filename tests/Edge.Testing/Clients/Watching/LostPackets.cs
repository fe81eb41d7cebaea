using Edge.Primitives;

namespace Edge.Testing.Clients.Watching;

/// <summary>Numbers of a stream that did not come, and when they are asked for again.</summary>
/// <remarks>Source: libwebrtc's NackRequester, by measurement and from its constants. What a retransmission repeats is in
/// its encrypted part, so each that comes answers the oldest number that was asked for.</remarks>
internal sealed class LostPackets
{
    /// <summary>Between two requests for a packet; libwebrtc asks after a round trip, and looks every 20 ms.</summary>
    public static readonly TimeSpan Repeat = TimeSpan.FromMilliseconds(20);

    /// <summary>Requests for one packet, before it is given up.</summary>
    public const int TriesMax = 10;

    /// <summary>Numbers that are waited for; more end the waiting for all.</summary>
    private const int CountMax = 1000;

    private readonly List<Lost> _lost = [];

    /// <summary>When <see cref="Poll"/> has numbers to ask for.</summary>
    public Instant DueAt { get; private set; } = Instant.Never;

    /// <summary>Numbers given up so far: without a key frame there is no picture.</summary>
    public long GivenUp { get; private set; }

    /// <summary>Numbers that are waited for.</summary>
    public int Count => _lost.Count;

    /// <summary>Takes a number that was passed by.</summary>
    public void Add(long number, Instant now)
    {
        if (_lost.Count == CountMax)
        {
            GivenUp += _lost.Count;
            _lost.Clear();
        }

        _lost.Add(new Lost(number, now, Tries: 0));
        DueAt = Instant.Min(DueAt, now);
    }

    /// <summary>Takes one that came late.</summary>
    public void Remove(long number) => _lost.RemoveAll(lost => lost.Number == number);

    /// <summary>Takes a retransmission; whether any was waited for.</summary>
    public bool HandleRepair()
    {
        var index = _lost.FindIndex(lost => lost.Tries > 0);
        if (index >= 0)
        {
            _lost.RemoveAt(index);
        }

        return index >= 0;
    }

    /// <summary>Numbers to ask for now, the oldest first; how many.</summary>
    public int Poll(Span<ushort> numbers, Instant now)
    {
        if (now < DueAt)
        {
            return 0;
        }

        GivenUp += _lost.RemoveAll(lost => lost.Tries >= TriesMax && lost.DueAt <= now);
        DueAt = Instant.Never;
        var count = 0;
        for (var index = 0; index < _lost.Count; index++)
        {
            var lost = _lost[index];
            if (lost.DueAt <= now && count < numbers.Length)
            {
                numbers[count++] = unchecked((ushort)lost.Number);
                lost = lost with { DueAt = now + Repeat, Tries = lost.Tries + 1 };
                _lost[index] = lost;
            }

            DueAt = Instant.Min(DueAt, lost.DueAt);
        }

        return count;
    }

    private readonly record struct Lost(long Number, Instant DueAt, int Tries);
}
