using Anycast.Takeover.Voting;

namespace Anycast.Takeover;

/// <summary>How sessions are kept at other nodes and taken over.</summary>
/// <remarks>Nothing of this is needed for safety: wrong times cost gaps or sessions, never an index twice.</remarks>
public sealed record TakeoverOptions
{
    /// <summary>What this process does for sessions of others. A witness owns none.</summary>
    public PeerRole Role { get; init; } = PeerRole.Holder;

    /// <summary>Most SRTP indices of a stream that are reserved ahead of what was sent: 1 to 16,384. Default: 16,384, half of what
    /// a receiver's guess can jump.</summary>
    public int ReserveAheadMax { get; init; } = 1 << 14;

    /// <summary>Most sessions, own and others'. Default: 20,000, at some 5 KB each 100 MB.</summary>
    public int SessionsMax { get; init; } = 20_000;

    /// <summary>Most bytes of a session's state, so that it fits a frame. Default: 48 KB.</summary>
    public int StateBytesMax { get; init; } = 48 << 10;

    /// <summary>Most parts of a session's state. Default: 1024.</summary>
    public int SectionsMax { get; init; } = 1024;

    /// <summary>Most streams of a session, over all of its keys. Default: 600, as their bounds fit a frame beside the state.</summary>
    public int StreamsMax { get; init; } = 600;

    /// <summary>Most bytes that wait for a peer. What does not fit is lost, and said again later. Default: 8 MB, the
    /// state of some thousand sessions.</summary>
    public int OutboxBytesMax { get; init; } = 8 << 20;

    /// <summary>After what time a word without an answer is said again. Default: 50 ms, a hundred times the LAN's round
    /// trip.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How much later each further successor asks for votes. Default: 150 ms.</summary>
    public TimeSpan SuccessorDelay { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long a candidate waits for votes before it asks again in a higher epoch. Default: 150 ms.</summary>
    public TimeSpan AskInterval { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long a voter may be away before another one gets its seat. Default: 1 s.</summary>
    public TimeSpan ReplaceAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a candidate asks in vain. Default: 30 s, when the client has given up too (RFC 7675 §5.1).</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a silent owner is asked whether it has the session still. Default: a minute, 100 bytes; what is not
    /// needed any more is forgotten so much later.</summary>
    public TimeSpan AuditInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far a receiver's guess of the rollover counter reaches: half of the sequence numbers. Simulations
    /// count with fewer bits, so that they wrap often.</summary>
    internal int RolloverReach { get; init; } = 1 << 15;

    /// <summary>Says every problem of these options; nothing when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        AddUnless(
            ReserveAheadMax is >= 1 and <= 1 << 14,
            $"{nameof(ReserveAheadMax)} is 1 to 16384.",
            problems
        );
        AddUnless(SessionsMax >= 1, $"{nameof(SessionsMax)} is above 0.", problems);
        // A part is an item, whose length has 16 bits.
        AddUnless(
            StateBytesMax is >= 1 and <= 60_000,
            $"{nameof(StateBytesMax)} is 1 to 60000.",
            problems
        );
        AddUnless(
            SectionsMax is >= 1 and <= 2048,
            $"{nameof(SectionsMax)} is 1 to 2048.",
            problems
        );
        AddUnless(StreamsMax is >= 1 and <= 1000, $"{nameof(StreamsMax)} is 1 to 1000.", problems);
        AddUnless(
            OutboxBytesMax >= TakeoverNode.FrameBytesMin,
            $"{nameof(OutboxBytesMax)} is {TakeoverNode.FrameBytesMin} or more.",
            problems
        );
        AddUnlessPositive(RetryInterval, nameof(RetryInterval), problems);
        AddUnlessPositive(SuccessorDelay, nameof(SuccessorDelay), problems);
        AddUnlessPositive(AskInterval, nameof(AskInterval), problems);
        AddUnlessPositive(ReplaceAfter, nameof(ReplaceAfter), problems);
        AddUnlessPositive(GiveUpAfter, nameof(GiveUpAfter), problems);
        AddUnlessPositive(AuditInterval, nameof(AuditInterval), problems);
        return problems;
    }

    private static void AddUnlessPositive(TimeSpan time, string name, List<string> problems) =>
        AddUnless(time > TimeSpan.Zero, $"{name} is above 0.", problems);

    private static void AddUnless(bool isRight, string problem, List<string> problems)
    {
        if (!isRight)
        {
            problems.Add(problem);
        }
    }
}
