using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>A cluster, who publishes and plays in it, and how much happens: drawn from a seed.</summary>
internal sealed record ChaosOptions
{
    public required ClusterOptions Cluster { get; init; }

    /// <summary>Who publishes, one stream each.</summary>
    public required PublisherOptions[] Publishers { get; init; }

    /// <summary>Who plays, spread over the streams.</summary>
    public int Viewers { get; init; }

    /// <summary>How long something happens.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time between two happenings at most.</summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromSeconds(1.2);

    public static ChaosOptions Draw(Prng random)
    {
        var hasHub = random.NextInt32(4) == 0;
        var cluster = new ClusterOptions
        {
            Pops = 2 + random.NextInt32(3),
            NodesPerPop = 1 + random.NextInt32(2),
            HasNear = random.NextInt32(2) == 0,
            HasHub = hasHub,
            Wan = new BusConditions
            {
                Delay = TimeSpan.FromMilliseconds(2 + random.NextInt32(hasHub ? 40 : 80)),
                Jitter = TimeSpan.FromMilliseconds(random.NextInt32(5)),
                Loss = random.NextInt32(4) == 0 ? 0.003 : 0,
            },
        };
        var publishers = new PublisherOptions[1 + random.NextInt32(3)];
        for (var index = 0; index < publishers.Length; index++)
        {
            publishers[index] = Publisher(random);
        }

        return new ChaosOptions
        {
            Cluster = cluster,
            Publishers = publishers,
            Viewers = 3 + random.NextInt32(6),
        };
    }

    private static PublisherOptions Publisher(Prng random)
    {
        var answers = random.NextInt32(4) != 0;
        var isLarge = random.NextInt32(5) == 0;
        return new PublisherOptions
        {
            Layers = random.NextInt32(3) == 0 ? 1 : 3,
            FramesPerSecond = 10,
            // Some have key frames that need several messages.
            PacketBytes = isLarge ? 1100 : 100,
            KeyFrameFactor = isLarge ? 9 : 3,
            AnswersRequests = answers,
            KeyFrameInterval = answers ? TimeSpan.FromSeconds(20) : TimeSpan.FromSeconds(2),
            Loss = random.NextInt32(2) * 0.01,
            // What nobody repairs, and nobody may ask to begin anew, is missing until the next key frame or the
            // one after it: that would say nothing about the mesh.
            Repair = answers ? 0.9 : 1,
            Delay = TimeSpan.FromMilliseconds(2 + random.NextInt32(20)),
        };
    }
}
