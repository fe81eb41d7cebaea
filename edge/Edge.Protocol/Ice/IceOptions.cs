namespace Edge.Protocol.Ice;

/// <summary>The timing of an agent.</summary>
public sealed record IceOptions
{
    /// <summary>Lite only: silence of the selected address after which a check from another one takes
    /// over without nomination. Default 7 s, range 5 to 30 s. Chosen: just above the longest consent
    /// interval of known clients, 6 s (libjuice; RFC 7675 §5.1 randomises 5 s by 20 %).</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>How long an address may be sent to after the last authenticated STUN message that gave
    /// consent. Default 30 s (RFC 7675 §5.1). Range 5 s to 60 s.</summary>
    public TimeSpan ConsentTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Shortest time between two consent checks; controlling only. Default 2.5 s, range 1 s to
    /// 15 s. Deviates from RFC 7675 §5.1, which draws from 4 s to 6 s: the next check is also what tells
    /// an anycast site that a path has moved, and Chrome's own checks are 1.2 s to 2.5 s apart.</summary>
    public TimeSpan ConsentIntervalMin { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>Longest time between two consent checks; controlling only. Default 5 s, range from
    /// <see cref="ConsentIntervalMin"/> to 15 s: the basic interval of RFC 7675 §5.1.</summary>
    public TimeSpan ConsentIntervalMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Ta, the time between two checks. Default 50 ms (RFC 8445 §14.2). Range 5 ms to 500 ms.</summary>
    public TimeSpan CheckPacing { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Time to the first retransmission of a check; doubles with each one. Default 250 ms, range
    /// 50 ms to 3 s. Deviates from RFC 8445 §14.3 (at least 500 ms): the one or two pairs of a client
    /// are no load, and a lost check costs join time.</summary>
    public TimeSpan RetransmissionMin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest time between retransmissions. Default 2 s, range from
    /// <see cref="RetransmissionMin"/> to 10 s. Chosen: at half the datagrams lost each way, the 15 checks
    /// that fit into 30 s all fail with a probability of 1.3 %.</summary>
    public TimeSpan RetransmissionMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a better candidate is waited for once a worse one works. Default 100 ms, range 0
    /// to 5 s. Chosen: two checks of pacing; with one candidate there is no wait.</summary>
    public TimeSpan NominationDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an agent looks for a path, from <see cref="IceAgent.SetRemote"/> or a restart, until
    /// it fails. Default 30 s, range 1 s to 5 min. Chosen: as long as consent lasts.</summary>
    public TimeSpan EstablishTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Every way in which the options are out of range; empty when they are fine.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        Check(problems, nameof(ConsentTimeout), ConsentTimeout, 5_000, 60_000);
        Check(problems, nameof(ConsentIntervalMin), ConsentIntervalMin, 1_000, 15_000);
        Check(
            problems,
            nameof(ConsentIntervalMax),
            ConsentIntervalMax,
            ConsentIntervalMin.TotalMilliseconds,
            15_000
        );
        Check(problems, nameof(SilenceMax), SilenceMax, 5_000, 30_000);
        Check(problems, nameof(CheckPacing), CheckPacing, 5, 500);
        Check(problems, nameof(RetransmissionMin), RetransmissionMin, 50, 3_000);
        Check(
            problems,
            nameof(RetransmissionMax),
            RetransmissionMax,
            RetransmissionMin.TotalMilliseconds,
            10_000
        );
        Check(problems, nameof(NominationDelay), NominationDelay, 0, 5_000);
        Check(problems, nameof(EstablishTimeout), EstablishTimeout, 1_000, 300_000);
        return problems;
    }

    private static void Check(
        List<string> problems,
        string name,
        TimeSpan value,
        double minMs,
        double maxMs
    )
    {
        if (value.TotalMilliseconds < minMs || value.TotalMilliseconds > maxMs)
        {
            problems.Add(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{name} is {value.TotalMilliseconds} ms, outside {minMs} to {maxMs} ms."
                )
            );
        }
    }
}
