using Edge.Primitives;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>How the LAN and the way to clients behave, and what is counted with.</summary>
internal sealed record Conditions
{
    /// <summary>Media nodes.</summary>
    public int Nodes { get; init; } = 4;

    /// <summary>Whether there is a witness.</summary>
    public bool HasWitness { get; init; }

    /// <summary>Sessions.</summary>
    public int Sessions { get; init; } = 1;

    /// <summary>SRTP streams of each.</summary>
    public int Streams { get; init; } = 2;

    /// <summary>Half of the sequence numbers.</summary>
    public int Reach { get; init; } = 128;

    /// <summary>Most packets of a stream in one step.</summary>
    public int BurstMax { get; init; } = 2;

    /// <summary>Part of the LAN's frames that are lost.</summary>
    public double LanLoss { get; init; }

    /// <summary>Part that comes twice.</summary>
    public double LanRepeats { get; init; }

    /// <summary>How much later than the least a frame may come: what comes later may overtake.</summary>
    public TimeSpan LanJitter { get; init; } = TimeSpan.FromMilliseconds(0.3);

    /// <summary>Part of the media's packets that are lost.</summary>
    public double MediaLoss { get; init; } = 0.02;

    /// <summary>Whether the death of a process is told at once, as a pidfd does.</summary>
    public bool IsDeathTold { get; init; } = true;

    /// <summary>Whether a node that restarts believes to have the seats of its former life: a seeded bug.</summary>
    public bool KeepsSeats { get; init; }

    /// <summary>Draws conditions: most runs are rough.</summary>
    public static Conditions Draw(Prng random)
    {
        var nodes = 2 + random.NextInt32(4);
        var isReal = random.NextInt32(16) == 0;
        return new Conditions
        {
            Nodes = nodes,
            HasWitness = nodes == 2 || random.NextInt32(3) == 0,
            Sessions = 1 + random.NextInt32(2),
            Streams = 1 + random.NextInt32(2),
            Reach = isReal ? 1 << 15 : 64 << random.NextInt32(3),
            BurstMax = isReal ? 200 : 1 + random.NextInt32(4),
            LanLoss = random.NextInt32(2) == 0 ? 0 : random.NextDouble() * 0.3,
            LanRepeats = random.NextInt32(2) == 0 ? 0 : random.NextDouble() * 0.2,
            LanJitter = TimeSpan.FromMilliseconds(
                random.NextInt32(3) == 0 ? 60 * random.NextDouble() : 0.3
            ),
            MediaLoss = random.NextDouble() * 0.3,
            IsDeathTold = random.NextInt32(2) == 0,
        };
    }
}
