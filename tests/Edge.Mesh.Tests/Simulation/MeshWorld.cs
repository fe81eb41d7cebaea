using Edge.Primitives;
using Edge.Testing;
using Edge.Testing.Network;

namespace Edge.Mesh.Tests.Simulation;

/// <summary>Virtual time, one seed, and everything that is to happen.</summary>
/// <remarks>Deterministic: one thread; what is due at one instant happens in the order in which it was
/// scheduled. Bounded: <see cref="StepsMax"/> turns a busy loop into a failure.</remarks>
internal sealed class MeshWorld(ulong seed)
{
    /// <summary>Chosen: a hundred times what the largest scenario needs.</summary>
    public const long StepsMax = 500_000_000;

    /// <summary>Steps at one instant. Chosen: the largest scenario lets 50,000 viewers come at once.</summary>
    private const int StepsAtOnceMax = 1_000_000;

    private static readonly NtpTimestamp Epoch = NtpTimestamp.FromUnixTime(
        TimeSpan.FromDays(20_000)
    );

    private readonly PriorityQueue<Action, (long Ticks, long Order)> _due = new();
    private readonly List<(string Sentence, Func<bool> Holds)> _invariants = [];
    private readonly TraceHash _trace = new();
    private long _order;
    private int _stepsAtOnce;

    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>Where every draw comes from; parts take forks of it.</summary>
    public Prng Random { get; } = Prng.FromNumber(seed);

    /// <summary>The time. Begins at a minute, so that "now minus something" stays positive.</summary>
    public Instant Now { get; private set; } = Instant.Zero + TimeSpan.FromMinutes(1);

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>The hash of what was noted: equal for equal seeds.</summary>
    public ulong Trace => _trace.Value;

    /// <summary>What is told of what happens; null while nobody wants to know.</summary>
    public List<string>? Log { get; set; }

    /// <summary>A line of the log.</summary>
    public string Line(string what) => $"{(Now - Instant.Zero).TotalSeconds - 60:0.0000} {what}";

    /// <summary>What the wall clock of a node says.</summary>
    /// <param name="offset">By how much it is wrong.</param>
    public NtpTimestamp Wall(TimeSpan offset) => Epoch + (Now - Instant.Zero) + offset;

    /// <summary>The same in ticks of a hundred nanoseconds.</summary>
    public ulong WallTicks(TimeSpan offset) => (ulong)(Now + offset - Instant.Zero).Ticks;

    /// <summary>Has something happen at an instant.</summary>
    public void At(Instant at, Action action) =>
        _due.Enqueue(action, (Instant.Max(at, Now).Ticks, _order++));

    /// <summary>Has something happen a duration from now.</summary>
    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    /// <summary>A duration drawn between two.</summary>
    public TimeSpan Draw(TimeSpan least, TimeSpan most) =>
        least + new TimeSpan((long)((most - least).Ticks * Random.NextDouble()));

    /// <summary>Puts what happened into the trace.</summary>
    public void Note(ulong what, ulong which)
    {
        _trace.Add(unchecked((ulong)Now.Ticks));
        _trace.Add(what);
        _trace.Add(which);
    }

    /// <summary>Puts bytes into the trace.</summary>
    public void Note(ReadOnlySpan<byte> bytes) => _trace.Add(bytes);

    /// <summary>Adds a sentence that has to hold after every step.</summary>
    public void AddInvariant(string sentence, Func<bool> holds) =>
        _invariants.Add((sentence, holds));

    /// <summary>Runs a duration.</summary>
    public void RunFor(TimeSpan duration)
    {
        var end = Now + duration;
        while (TryStep(end)) { }

        Now = end;
    }

    /// <summary>Runs until a condition holds; throws when it does not within a duration.</summary>
    public void RunUntil(Func<bool> condition, TimeSpan within, string expectation)
    {
        var end = Now + within;
        while (!condition())
        {
            if (!TryStep(end))
            {
                throw Failure($"Not within {within.TotalSeconds} s: {expectation}");
            }
        }
    }

    /// <summary>A failure that names the moment and the seed.</summary>
    public TestingException Failure(string sentence) =>
        new($"At {(Now - Instant.Zero).TotalSeconds - 60:0.0000} s, seed {Seed}: {sentence}");

    private bool TryStep(Instant end)
    {
        if (!_due.TryPeek(out _, out var next) || next.Ticks > end.Ticks)
        {
            return false;
        }

        var action = _due.Dequeue();
        _stepsAtOnce = next.Ticks == Now.Ticks ? _stepsAtOnce + 1 : 0;
        Now = new Instant(next.Ticks);
        Steps++;
        if (_stepsAtOnce > StepsAtOnceMax || Steps > StepsMax)
        {
            throw Failure("Time does not go on.");
        }

        action();
        foreach (var (sentence, holds) in _invariants)
        {
            if (!holds())
            {
                throw Failure($"Broken: {sentence}");
            }
        }

        return true;
    }
}
