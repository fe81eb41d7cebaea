using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>The wheel against the slow model, and what an idle shard would notice of it.</summary>
public sealed class TimerWheelTests
{
    private const int Slots = 37;

    /// <summary>A bucket of the second level but one, which is where <see cref="TimerWheel.Next"/> stops to be exact.</summary>
    private static readonly TimeSpan Block = new(1L << 22);

    /// <summary>Sets, clears and takes in any order, between steps and jumps of the clock.</summary>
    [Fact]
    public void AnyOperations_RandomTimes_AnswersAreTheModels() =>
        Seeds.Check(
            random =>
            {
                var lab = new WheelLab(random);
                for (var step = 0; step < 5_000; step++)
                {
                    lab.Step();
                }
            },
            rounds: 20
        );

    [Fact]
    public void TryTakeDue_SeveralDue_EarliestTickFirst()
    {
        var wheel = new TimerWheel(4);
        wheel.Set(0, Instant.FromMilliseconds(30));
        wheel.Set(1, Instant.FromMilliseconds(29));
        wheel.Set(2, Instant.FromMilliseconds(29.5));
        wheel.Set(3, Instant.FromMilliseconds(40));

        Assert.Equal([1, 2, 0], Drain(wheel, Instant.FromMilliseconds(30)));
        Assert.Equal(Instant.FromMilliseconds(40), wheel.Next);
    }

    [Fact]
    public void TryTakeDue_AtItsDeadlineAndJustBefore_ThenOnly()
    {
        var wheel = new TimerWheel(2);
        wheel.Set(0, new Instant(1_000_001));
        wheel.Set(1, new Instant(1_000_002));

        Assert.Empty(Drain(wheel, new Instant(1_000_000)));
        Assert.Equal([0], Drain(wheel, new Instant(1_000_001)));
        Assert.Equal([1], Drain(wheel, new Instant(1_000_002)));
    }

    [Fact]
    public void TryTakeDue_SetToThePast_AtOnce()
    {
        var wheel = new TimerWheel(2);
        var now = Instant.FromMilliseconds(3_600_000);
        Assert.Empty(Drain(wheel, now));

        wheel.Set(0, Instant.Zero);
        wheel.Set(1, now);

        Assert.Equal(Instant.Zero, wheel.Next);
        Assert.Equal([0, 1], Drain(wheel, now).Order());
    }

    /// <summary>Who is set while others are taken does not keep them from coming, nor comes too early.</summary>
    [Fact]
    public void Set_WhileOthersAreTaken_ComesAtItsTime()
    {
        var wheel = new TimerWheel(4);
        for (var slot = 0; slot < 4; slot++)
        {
            wheel.Set(slot, new Instant(5000 + slot));
        }

        Assert.True(wheel.TryTakeDue(out var first, new Instant(5003)));
        Assert.Equal(0, first);
        wheel.Set(0, new Instant(5003));
        wheel.Set(1, new Instant(5004));
        wheel.Clear(2);

        Assert.Equal(new Instant(5003), wheel.Next);
        Assert.Equal([0, 3], Drain(wheel, new Instant(5003)).Order());
        Assert.Equal([1], Drain(wheel, new Instant(5004)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    public void TryTakeDue_AllAtOneInstant_AllComeThen(int slots)
    {
        var wheel = new TimerWheel(slots);
        var deadline = Instant.FromMilliseconds(60_000);
        for (var slot = 0; slot < slots; slot++)
        {
            wheel.Set(slot, deadline);
        }

        Assert.Empty(Drain(wheel, new Instant(deadline.Ticks - 1)));
        Assert.Equal(slots, Drain(wheel, deadline).Count);
        Assert.Equal(0, wheel.Count);
    }

    /// <summary>A shard of whose sessions none is ever due, since each is set anew before, wakes for nothing only when a
    /// block begins.</summary>
    [Theory]
    [InlineData(30)]
    [InlineData(1_000)]
    [InlineData(30_000)]
    public void Next_AllMovedLaterBeforeTheyAreDue_IsReachedOnceABlock(int waitMs)
    {
        const int slots = 20;
        var (wheel, now) = (new TimerWheel(slots), Instant.Zero);
        var end = Instant.FromMilliseconds(60_000);
        for (var slot = 0; slot < slots; slot++)
        {
            wheel.Set(slot, now + TimeSpan.FromMilliseconds(waitMs));
        }

        var reached = 0;
        for (var slot = 0; now < end; slot = (slot + 1) % slots)
        {
            now += TimeSpan.FromMilliseconds(1);
            wheel.Set(slot, now + TimeSpan.FromMilliseconds(waitMs));
            reached += wheel.Next <= now ? 1 : 0;
            Assert.Empty(Drain(wheel, now));
        }

        Assert.InRange(reached, 0, (int)(end.Ticks / Block.Ticks) + 1);
    }

    /// <summary>Few far deadlines: who sleeps until <see cref="TimerWheel.Next"/> wakes a few times for each.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(31_536_000)]
    public void Next_FarDeadline_IsReachedInAFewSteps(int seconds)
    {
        var wheel = new TimerWheel(1);
        var deadline = Instant.Zero + TimeSpan.FromSeconds(seconds);
        wheel.Set(0, deadline);

        var steps = 0;
        while (!wheel.TryTakeDue(out _, wheel.Next))
        {
            steps++;
        }

        Assert.InRange(steps, 0, 7);
        Assert.Equal(Instant.Never, wheel.Next);
    }

    [Fact]
    public void Set_Clear_TryTakeDue_Next_AllocateNothing()
    {
        var wheel = new TimerWheel(Slots);
        var time = 0L;
        AllocationAssert.None(() =>
        {
            time += 700;
            wheel.Set((int)(time % Slots), new Instant(time));
            wheel.Set((int)(time * 7 % Slots), new Instant(time - 3));
            wheel.Set((int)(time * 3 % Slots), new Instant(time * 2));
            wheel.Clear((int)(time * 5 % Slots));
            _ = wheel.TryTakeDue(out _, new Instant(time));
            _ = wheel.Next;
        });
    }

    private static List<int> Drain(TimerWheel wheel, Instant now)
    {
        var taken = new List<int>();
        while (wheel.TryTakeDue(out var slot, now))
        {
            taken.Add(slot);
        }

        return taken;
    }

    /// <summary>A wheel, an array of deadlines, and a clock.</summary>
    private sealed class WheelLab(Prng random)
    {
        private const int SlotsMost = 200;

        private readonly TimerWheel _wheel = new(Slots);
        private readonly bool[] _isLate = new bool[SlotsMost];
        private Instant[] _model = [.. Enumerable.Repeat(Instant.Never, Slots)];
        private Instant _now = Instant.Zero;
        private Instant _latest = Instant.Zero;
        private Instant _drained = Instant.Zero;

        public void Step()
        {
            var slot = random.NextInt32(_model.Length);
            switch (random.NextInt32(16))
            {
                case 0:
                    _wheel.Clear(slot);
                    _model[slot] = Instant.Never;
                    break;
                case 1:
                    Take();
                    break;
                case 2:
                    while (Take()) { }
                    break;
                case 3:
                    Pass();
                    break;
                case 4 when _model.Length < SlotsMost:
                    Grow();
                    break;
                default:
                    Set(slot, Deadline());
                    break;
            }

            Check();
        }

        private void Check()
        {
            var earliest = _model.Min();
            Assert.Equal(_model.Count(deadline => deadline.IsSet), _wheel.Count);
            var isStart = _wheel.Next.Ticks % Block.Ticks == 0 && _wheel.Next > _drained;
            if (_wheel.Next != earliest && !(_wheel.Next < earliest && isStart))
            {
                Assert.Fail($"Next is {_wheel.Next}, the earliest deadline {earliest}.");
            }
        }

        private void Grow()
        {
            var capacity = _model.Length + 1 + random.NextInt32(SlotsMost - _model.Length);
            _wheel.Grow(capacity);
            _model = [.. _model, .. Enumerable.Repeat(Instant.Never, capacity - _model.Length)];
        }

        private void Set(int slot, Instant deadline)
        {
            _wheel.Set(slot, deadline);
            _model[slot] = deadline;
            _isLate[slot] = deadline < _latest;
        }

        /// <summary>Takes one; none with an earlier tick may be due, unless it was late when it was set.</summary>
        private bool Take()
        {
            var isDue = _wheel.TryTakeDue(out var taken, _now);
            Assert.Equal(_model.Any(deadline => deadline <= _now), isDue);
            if (!isDue)
            {
                Assert.True(_wheel.Next > _now);
                _drained = Instant.Max(_drained, _now);
                return false;
            }

            var deadline = _model[taken];
            Assert.True(deadline <= _now);
            for (var slot = 0; slot < _model.Length; slot++)
            {
                if (!_isLate[slot] && _model[slot].Ticks >> 10 < deadline.Ticks >> 10)
                {
                    Assert.Fail($"{deadline} came before {_model[slot]}.");
                }
            }

            _model[taken] = Instant.Never;
            return true;
        }

        /// <summary>Mostly less than a tick to some ms, sometimes hours, seldom back.</summary>
        private void Pass()
        {
            _now += random.NextInt32(20) switch
            {
                0 => TimeSpan.FromSeconds(random.NextInt32(20_000)),
                1 => TimeSpan.FromMilliseconds(-random.NextInt32(3)),
                2 => TimeSpan.FromMilliseconds(random.NextInt32(1_000)),
                < 10 => new TimeSpan(random.NextInt32(1_000)),
                _ => new TimeSpan(random.NextInt32(100_000)),
            };
            _latest = Instant.Max(_latest, _now);
        }

        private Instant Deadline() =>
            random.NextInt32(24) switch
            {
                0 => Instant.Never,
                1 => _now,
                2 => _now - TimeSpan.FromMilliseconds(random.NextInt32(10_000)),
                3 => _now + TimeSpan.FromDays(365),
                4 => new Instant(long.MaxValue - 1),
                5 => new Instant(random.NextInt32(3) - 1),
                6 => _now + TimeSpan.FromSeconds(random.NextInt32(40_000)),
                7 => _model[random.NextInt32(_model.Length)],
                8 => new Instant((_now.Ticks / Block.Ticks * Block.Ticks) + Block.Ticks),
                < 12 => _now + TimeSpan.FromMilliseconds(random.NextInt32(5_000)),
                < 16 => _now + new TimeSpan(random.NextInt32(3_000)),
                _ => _now + new TimeSpan(random.NextInt32(1_000_000)),
            };
    }
}
