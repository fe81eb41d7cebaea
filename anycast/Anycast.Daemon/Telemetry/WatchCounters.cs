using Anycast.Health;
using Anycast.Health.Rounds;

namespace Anycast.Daemon.Telemetry;

/// <summary>What a watch counted. Threads: one writes, others read single values.</summary>
internal sealed class WatchCounters
{
    private readonly long[] _media = new long[Enum.GetValues<MediaAnswer>().Length];
    private readonly long[] _readiness = new long[Enum.GetValues<ReadinessAnswer>().Length];
    private readonly long[] _verdicts = new long[Enum.GetValues<RoundVerdict>().Length];
    private readonly long[] _decisions = new long[Enum.GetValues<HealthReason>().Length];
    private long _late;
    private long _ends;

    /// <summary>Rounds that were not counted because this process was late.</summary>
    public long Late => Interlocked.Read(ref _late);

    /// <summary>Processes of the node whose end the kernel told.</summary>
    public long Ends => Interlocked.Read(ref _ends);

    /// <summary>Counts a round's answers.</summary>
    public void Note(MediaAnswer media, ReadinessAnswer readiness)
    {
        Interlocked.Increment(ref _media[(int)media]);
        Interlocked.Increment(ref _readiness[(int)readiness]);
        Interlocked.Increment(ref _verdicts[(int)RoundVerdicts.Judge(media, readiness)]);
    }

    /// <summary>Counts a change.</summary>
    public void Note(HealthReason reason) => Interlocked.Increment(ref _decisions[(int)reason]);

    /// <summary>Counts a round that says nothing.</summary>
    public void NoteLate() => Interlocked.Increment(ref _late);

    /// <summary>Counts the end of a process.</summary>
    public void NoteEnd() => Interlocked.Increment(ref _ends);

    /// <summary>Rounds by what media answered.</summary>
    public long Of(MediaAnswer answer) => Interlocked.Read(ref _media[(int)answer]);

    /// <summary>Rounds by what the node says of itself.</summary>
    public long Of(ReadinessAnswer answer) => Interlocked.Read(ref _readiness[(int)answer]);

    /// <summary>Rounds by what they say.</summary>
    public long Of(RoundVerdict verdict) => Interlocked.Read(ref _verdicts[(int)verdict]);

    /// <summary>Changes by reason.</summary>
    public long Of(HealthReason reason) => Interlocked.Read(ref _decisions[(int)reason]);
}
