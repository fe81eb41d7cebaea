using Edge.Primitives;

namespace Edge.Testing.Network;

/// <summary>What one direction of a path does to datagrams. The defaults are a perfect wire.</summary>
/// <remarks>Order of effects: partition, MTU, loss, queue and rate, delay and jitter, reordering,
/// duplication; a clog holds what would be delivered.</remarks>
public sealed record LinkConditions
{
    /// <summary>Bytes of IPv4 and UDP headers that count against MTU and rate (RFC 791, RFC 768).</summary>
    public const int HeaderBytesIPv4 = 28;

    /// <summary>Bytes of IPv6 and UDP headers that count against MTU and rate (RFC 8200, RFC 768).</summary>
    public const int HeaderBytesIPv6 = 48;

    /// <summary>A wire that delivers everything at once.</summary>
    public static readonly LinkConditions Perfect = new();

    /// <summary>Propagation time, one way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Most that the delay varies, up or down, uniformly.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>How much a packet's jitter resembles that of the one before, 0 (not) to below 1.</summary>
    public double JitterCorrelation { get; init; }

    /// <summary>Whether packets leave in the order they came although their delay varies, as from one
    /// queue. Reordering by choice is <see cref="ReorderProbability"/>.</summary>
    public bool KeepsOrder { get; init; } = true;

    /// <summary>Chance that a packet is lost, each for itself (Bernoulli).</summary>
    public double Loss { get; init; }

    /// <summary>Loss in bursts, beside <see cref="Loss"/>; none by default.</summary>
    public BurstLoss? Bursts { get; init; }

    /// <summary>Chance that a packet is held back behind later ones.</summary>
    public double ReorderProbability { get; init; }

    /// <summary>How many later packets overtake one that is held back.</summary>
    public int ReorderGap { get; init; } = 3;

    /// <summary>Longest a packet is held back when too few follow.</summary>
    public TimeSpan ReorderHoldMax { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Chance that a packet arrives twice.</summary>
    public double DuplicateProbability { get; init; }

    /// <summary>Largest IP packet that passes; larger ones vanish. 0: any.</summary>
    public int MtuBytes { get; init; }

    /// <summary>What the link carries, IP and UDP headers included. Zero: any.</summary>
    public Bitrate Rate { get; init; }

    /// <summary>What waits before a limited link at most; the rest is dropped at the tail.</summary>
    public long QueueBytes { get; init; } = 64_000;
}
