using Anycast.Health.Rounds;
using Edge.Primitives;

namespace Anycast.Health;

/// <summary>How often in a row rounds said the same.</summary>
internal struct RoundCounts
{
    private Instant _hungSince;

    /// <summary>Begins with none.</summary>
    public RoundCounts() => _hungSince = Instant.Never;

    /// <summary>Good rounds in a row.</summary>
    public int Good { get; private set; }

    /// <summary>Rounds in a row that were bad in any way.</summary>
    public int Bad { get; private set; }

    /// <summary>Rounds in a row that found no process.</summary>
    public int Dead { get; private set; }

    /// <summary>How long nothing has answered, by any way.</summary>
    public readonly TimeSpan HungFor(Instant now) =>
        _hungSince.IsSet ? now - _hungSince : TimeSpan.Zero;

    /// <summary>Counts a round. Numbers stay where they are enough for any option.</summary>
    public void Note(RoundVerdict verdict, Instant now)
    {
        var isBad = verdict is RoundVerdict.Bad or RoundVerdict.Hung or RoundVerdict.Dead;
        var isGone = verdict is RoundVerdict.Hung or RoundVerdict.Dead;
        Good = verdict == RoundVerdict.Good ? Next(Good) : 0;
        Bad = isBad ? Next(Bad) : 0;
        Dead = verdict == RoundVerdict.Dead ? Next(Dead) : 0;
        _hungSince = isGone ? Instant.Min(_hungSince, now) : Instant.Never;
    }

    /// <summary>Good rounds so far say nothing any more.</summary>
    public void ForgetGood() => Good = 0;

    private static int Next(int count) => count == int.MaxValue ? count : count + 1;
}
