using Edge.Primitives;

namespace Edge.Forwarding.Allocation;

/// <summary>The most that a viewer can use of a track without layers to choose from, which its publisher is told.</summary>
/// <remarks>
/// Held while the viewer's network has too little room for what the publisher sends, and let go when it has enough for
/// what was sent before (<see cref="Wish"/>), or when the publisher sends so much less that it is not this which holds
/// it. Against flapping: see the constants. Without a ceiling the value is <see cref="Bitrate.Unlimited"/>.
/// </remarks>
internal partial struct RateCeiling
{
    /// <summary>The part of the room that may be filled. Chosen: encoders vary by as much within a second.</summary>
    private const double Part = 0.95;

    /// <summary>So much less than the track takes is a want at once; less than that only when it lasts. Chosen: what
    /// the allocator bears for a moment.</summary>
    private const double Scarce = 0.85;

    private const double Short = 0.97;

    /// <summary>How long a small want has to last. Chosen: a division and a half; estimates touch their limit for
    /// less.</summary>
    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(700);

    /// <summary>How much more room than the wish ends it. Chosen: what the allocator asks of a step up.</summary>
    private const double Enough = 1.1;

    /// <summary>Changes that are said. Chosen: estimates change with each report; more can wait for the next, and less
    /// is within the part that is left.</summary>
    private const double ChangeUp = 1.02;

    private const double ChangeDown = 0.95;

    /// <summary>How long a publisher that was told has to obey, before what it sends counts as too much. Chosen: a round
    /// trip, an encoder, and the second over which rates are measured.</summary>
    private static readonly TimeSpan ObeyTime = TimeSpan.FromSeconds(2.5);

    /// <summary>How far above the ceiling a publisher that obeys may be.</summary>
    private const double Obeyed = 1.2;

    /// <summary>A publisher that sends less than this part of what it may is not held by it.</summary>
    private const double Used = 0.6;

    /// <summary>How long it has to do so. Chosen: an encoder that follows a rise needs less; after a letting go that was
    /// regretted within <see cref="RegretTime"/> twice as long, at most a minute.</summary>
    internal static readonly TimeSpan UnusedTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan UnusedTimeMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RegretTime = TimeSpan.FromSeconds(15);

    private Instant _shortSince;
    private Instant _heldSince;
    private Instant _unusedSince;
    private Instant _letGoAt;
    private TimeSpan _unusedTime;

    /// <summary>Makes one that holds nothing back.</summary>
    public RateCeiling()
    {
        Value = Bitrate.Unlimited;
        _shortSince = Instant.Never;
        _heldSince = Instant.Never;
        _unusedSince = Instant.Never;
        _letGoAt = Instant.Never;
        _unusedTime = UnusedTime;
    }

    /// <summary>The most that can be used.</summary>
    public Bitrate Value { get; private set; }

    /// <summary>What the track took before it was held back: as long as that is more than it takes, the network is
    /// tested for it. Zero without a ceiling.</summary>
    public Bitrate Wish { get; private set; }

    /// <summary>Whether there is a ceiling.</summary>
    public readonly bool IsHeld => Value != Bitrate.Unlimited;

    /// <summary>Ends it.</summary>
    public void Clear()
    {
        Value = Bitrate.Unlimited;
        Wish = Bitrate.Zero;
        _shortSince = Instant.Never;
        _unusedSince = Instant.Never;
    }

    /// <summary>Whether the publisher sends no more than it may, or was told so only now: there is no need to pause the
    /// track.</summary>
    public readonly bool IsObeyed(Bitrate rate, Instant now) =>
        IsToldLately(now) || (IsHeld && rate <= Value * Obeyed);

    /// <summary>Whether the publisher was told so lately that it may not have obeyed yet.</summary>
    public readonly bool IsToldLately(Instant now) => IsHeld && now - _heldSince < ObeyTime;

    /// <summary>Looks at what there is.</summary>
    /// <param name="rate">What the track takes.</param>
    /// <param name="room">What there is room for.</param>
    /// <param name="usable">The part of it that can be used now: less while a queue has to empty.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether <see cref="Value"/> changed.</returns>
    public bool Update(Bitrate rate, Bitrate room, double usable, Instant now)
    {
        var before = Value;
        if (!IsHeld)
        {
            Consider(rate, room, now);
        }
        else if (room >= Wish * Enough)
        {
            Clear();
        }
        else if (IsUnused(rate, now))
        {
            Clear();
            _letGoAt = now;
        }
        else
        {
            Wish = Bitrate.Max(Wish, rate);
            Follow(room * (Part * usable), now);
        }

        return Value != before;
    }

    private void Consider(Bitrate rate, Bitrate room, Instant now)
    {
        if (room >= rate * Short)
        {
            _shortSince = Instant.Never;
            return;
        }

        _shortSince = _shortSince.IsSet ? _shortSince : now;
        if (room >= rate * Scarce && now - _shortSince < ShortTime)
        {
            return;
        }

        var isRegretted = _letGoAt.IsSet && now - _letGoAt < RegretTime;
        var patience = isRegretted ? _unusedTime * 2 : UnusedTime;
        _unusedTime = patience < UnusedTimeMax ? patience : UnusedTimeMax;
        Value = room * Part;
        Wish = rate;
        _heldSince = now;
    }

    private void Follow(Bitrate ceiling, Instant now)
    {
        // Much less takes as long to be obeyed as the first time.
        _heldSince = ceiling * Obeyed < Value ? now : _heldSince;
        if (ceiling > Value * ChangeUp || ceiling < Value * ChangeDown)
        {
            Value = ceiling;
        }
    }

    private bool IsUnused(Bitrate rate, Instant now)
    {
        if (rate > Value * Used)
        {
            _unusedSince = Instant.Never;
            return false;
        }

        _unusedSince = _unusedSince.IsSet ? _unusedSince : now;
        return now - _unusedSince >= _unusedTime;
    }
}
