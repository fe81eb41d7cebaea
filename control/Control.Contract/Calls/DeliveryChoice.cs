namespace Control.Contract.Calls;

/// <summary>How a pulled track is to be sent, beside its layer. What is null was not said: of a new pull it has
/// its default, of an update it stays.</summary>
public sealed record DeliveryChoice
{
    /// <summary>Highest priority; the lowest is its negative. Chosen: more ranks than any page has kinds of
    /// tiles.</summary>
    public const int PriorityMax = 10;

    /// <summary>Most that may be asked for at least, in bits a second. Chosen: beyond any picture.</summary>
    public const long BitsPerSecondMax = 1_000_000_000;

    /// <summary>Who comes first where the viewer's network does not carry everything: a higher one is served
    /// before a lower one. Default 0, of a shared screen 1.</summary>
    public int? Priority { get; init; }

    /// <summary>Pictures of fewer bits a second are not wanted, unless there are no better ones. Default 0.</summary>
    public long? MinBitsPerSecond { get; init; }

    /// <summary>Whether nothing is sent for now. Default false.</summary>
    public bool? IsPaused { get; init; }

    /// <summary>What holds after a later choice.</summary>
    public DeliveryChoice Then(DeliveryChoice? later) =>
        later is null
            ? this
            : new DeliveryChoice
            {
                Priority = later.Priority ?? Priority,
                MinBitsPerSecond = later.MinBitsPerSecond ?? MinBitsPerSecond,
                IsPaused = later.IsPaused ?? IsPaused,
            };
}
