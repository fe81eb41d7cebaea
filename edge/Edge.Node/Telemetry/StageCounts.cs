using System.Numerics;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Node.Telemetry;

/// <summary>How sessions of a shard came to media, and how they ended.</summary>
/// <remarks>Threads: the shard writes; others read single numbers, which are whole on 64-bit machines.</remarks>
internal sealed class StageCounts
{
    /// <summary>How many stages there are.</summary>
    public const int StageCount = 6;

    private static readonly int ReasonCount = Enum.GetValues<PeerClosedReason>().Length;

    private readonly Histogram[] _seconds = new Histogram[StageCount];
    private readonly long[] _ended = new long[ReasonCount];
    private readonly long[] _failed = new long[StageCount * ReasonCount];

    /// <summary>Starts at nothing.</summary>
    public StageCounts()
    {
        for (var stage = 0; stage < StageCount; stage++)
        {
            _seconds[stage] = NewSeconds();
        }
    }

    /// <summary>An empty distribution of the limits that stages have: a round trip of a near client up to the time-out.</summary>
    public static Histogram NewSeconds() =>
        new(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30);

    /// <summary>How long sessions took from their creation to a stage.</summary>
    /// <param name="stage">Its number: of <see cref="SessionStages"/>, from 0.</param>
    public Histogram Seconds(int stage) => _seconds[stage];

    /// <summary>Sessions that ended for a reason.</summary>
    public long Ended(PeerClosedReason reason) => _ended[(int)reason];

    /// <summary>Sessions that ended before their handshake was over, by the last stage that they reached.</summary>
    public long Failed(int stage, PeerClosedReason reason) =>
        _failed[(stage * ReasonCount) + (int)reason];

    /// <summary>Notes that a session reached a stage.</summary>
    public void NoteReached(SessionStages stage, TimeSpan after) =>
        _seconds[BitOperations.Log2((uint)stage)].Note(after.TotalSeconds);

    /// <summary>Notes that a session ended.</summary>
    public void NoteEnded(SessionStages reached, PeerClosedReason reason)
    {
        _ended[(int)reason]++;
        if ((reached & SessionStages.DtlsOk) == SessionStages.None)
        {
            var last = BitOperations.Log2((uint)(reached | SessionStages.Created));
            _failed[(last * ReasonCount) + (int)reason]++;
        }
    }
}
