using Edge.Primitives;

namespace Anycast.Health;

/// <summary>The time that has to pass between a fault and the next announcement; it doubles with each fault.</summary>
internal struct AddressHold
{
    private readonly TimeSpan _min;
    private readonly TimeSpan _max;
    private TimeSpan _next;

    /// <summary>Begins without a hold.</summary>
    public AddressHold(TimeSpan min, TimeSpan max)
    {
        _min = min;
        _max = max;
        _next = min;
        Until = Instant.Zero;
    }

    /// <summary>When it ends.</summary>
    public Instant Until { get; private set; }

    /// <summary>Begins one after a fault.</summary>
    /// <param name="announcedFor">How long the address was announced until then.</param>
    /// <param name="now">The time.</param>
    public void Begin(TimeSpan announcedFor, Instant now)
    {
        if (announcedFor >= _max)
        {
            _next = _min;
        }

        Until = now + _next;
        _next = _next > _max / 2 ? _max : _next * 2;
    }
}
