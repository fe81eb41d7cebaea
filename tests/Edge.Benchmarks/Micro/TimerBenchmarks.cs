using BenchmarkDotNet.Attributes;
using Edge.Primitives;

namespace Edge.Benchmarks.Micro;

/// <summary>What a shard's timers cost: of sessions that are touched and set anew, and of what is due.</summary>
[Config(typeof(BenchmarkSettings))]
public class TimerBenchmarks
{
    private const int SlotsMost = 1000;

    /// <summary>From the nearest deadline to the farthest: what sessions with media wait for.</summary>
    private const int NearestMs = 1;
    private const int FarthestMs = 100;

    private static readonly TimeSpan TurnTime = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan ConsentTime = TimeSpan.FromSeconds(30);

    private readonly TimeSpan[] _waits = new TimeSpan[SlotsMost];
    private readonly Prng _random = Prng.FromNumber(1);
    private TimerWheel _timers = new(1);
    private Instant _now = Instant.FromMilliseconds(1000);
    private int _first;

    /// <summary>What has a deadline.</summary>
    [Params(100, SlotsMost)]
    public int Slots { get; set; }

    /// <summary>Sets all of them, to later than any will be in the first turn.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _timers = new(Slots);
        for (var index = 0; index < SlotsMost; index++)
        {
            _waits[index] = Wait();
        }

        for (var slot = 0; slot < Slots; slot++)
        {
            _timers.Set(slot, _now + TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>All are set anew in each turn, each to as long after it as before; a slot.</summary>
    [Benchmark(OperationsPerInvoke = SlotsMost)]
    public void MoveLater()
    {
        for (var turn = 0; turn < SlotsMost / Slots; turn++)
        {
            for (var slot = 0; slot < Slots; slot++)
            {
                _timers.Set(slot, _now + _waits[slot]);
            }

            EndTurn();
        }
    }

    /// <summary>The same, each to later or earlier than before; a slot.</summary>
    [Benchmark(OperationsPerInvoke = SlotsMost)]
    public void Move()
    {
        for (var turn = 0; turn < SlotsMost / Slots; turn++)
        {
            _first = (_first + 1) % SlotsMost;
            for (var slot = 0; slot < Slots; slot++)
            {
                _timers.Set(slot, _now + _waits[(_first + slot) % SlotsMost]);
            }

            EndTurn();
        }
    }

    /// <summary>One is set anew in each turn, the one that would have been due soonest; a turn.</summary>
    [Benchmark(OperationsPerInvoke = SlotsMost)]
    public void MoveOne()
    {
        var wait = TurnTime * (Slots + 1);
        for (var turn = 0; turn < SlotsMost; turn++)
        {
            MoveFirst(wait);
        }
    }

    /// <summary>The same, when nothing is due for long: of sessions without media, which only ask for consent.</summary>
    [Benchmark(OperationsPerInvoke = SlotsMost)]
    public void MoveOneOfIdle()
    {
        for (var turn = 0; turn < SlotsMost; turn++)
        {
            MoveFirst(ConsentTime);
        }
    }

    /// <summary>Each is due before it is set anew; a slot.</summary>
    [Benchmark(OperationsPerInvoke = SlotsMost)]
    public void TakeDue()
    {
        for (var taken = 0; taken < SlotsMost; )
        {
            while (_timers.TryTakeDue(out var slot, _now))
            {
                _timers.Set(slot, _now + _waits[slot]);
                taken++;
            }

            _now = Instant.Max(_now, _timers.Next);
        }
    }

    private void MoveFirst(TimeSpan wait)
    {
        _first = (_first + 1) % Slots;
        _timers.Set(_first, _now + wait);
        EndTurn();
    }

    private void EndTurn()
    {
        if (_timers.TryTakeDue(out _, _now) || _timers.Next <= _now)
        {
            throw new InvalidOperationException("A slot came too early.");
        }

        _now += TurnTime;
    }

    private TimeSpan Wait() =>
        TimeSpan.FromMilliseconds(NearestMs)
        + TimeSpan.FromMicroseconds(_random.NextInt32((FarthestMs - NearestMs) * 1000));
}
