using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>How well a viewer of a three-layer camera did on a network.</summary>
/// <param name="Joined">From its first packet to the best layer on its screen.</param>
/// <param name="Left">From the step down to the last packet of a layer that has no room; zero without a
/// step.</param>
/// <param name="Back">From the step up to the best layer on its screen; zero without a step.</param>
/// <param name="Used">Of what the network carries, as far as it is wanted, the share that the node knows of, while it
/// is steady.</param>
/// <param name="QueueP95">The queue in the network that is not exceeded in 95 of 100 moments, while it is
/// steady.</param>
/// <param name="SwitchesPerMinute">Changes of layer on its screen, while the network is steady.</param>
/// <param name="GapAtSwitch">The longest time without a new picture at a change of layer.</param>
/// <param name="Frozen">The share of time in freezes.</param>
/// <param name="SoundP99">From making to arrival of sound, less the way, not exceeded in 99 of 100.</param>
public sealed record NetworkFigures(
    TimeSpan Joined,
    TimeSpan Left,
    TimeSpan Back,
    double Used,
    TimeSpan QueueP95,
    double SwitchesPerMinute,
    TimeSpan GapAtSwitch,
    double Frozen,
    TimeSpan SoundP99
)
{
    private const int BestLayer = 2;

    /// <summary>What the best layer and the sound take, and the margin that the allocation asks for: more is not
    /// looked for.</summary>
    private static readonly Bitrate Wanted = Bitrate.FromKilobits(2350);

    /// <summary>Beginning and steps settle within it.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>Watches for three times a duration.</summary>
    public static NetworkFigures Measure(NamedNetwork network, ulong seed, TimeSpan third) =>
        Measure(network, seed, third, static _ => { });

    /// <summary>The same with something that happens meanwhile.</summary>
    /// <param name="network">The network.</param>
    /// <param name="seed">What everything random comes from.</param>
    /// <param name="third">The duration.</param>
    /// <param name="prepare">Gets the world before anybody joins.</param>
    public static NetworkFigures Measure(
        NamedNetwork network,
        ulong seed,
        TimeSpan third,
        Action<DownlinkWorld> prepare
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(prepare);
        using var world = new DownlinkWorld(seed);
        prepare(world);
        var camera = world.AddCamera(CameraOptions.ThreeLayers);
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var viewer = world.AddViewer(network.Conditions, camera);
        if (network.Cross > Bitrate.Zero)
        {
            Cross(world, viewer, network, isCrossing: false);
        }

        var began = world.Simulation.Now;
        world.Simulation.RunFor(third);
        var down = world.Simulation.Now;
        var isStep = network.Low > Bitrate.Zero;
        if (isStep)
        {
            world.SetNetwork(viewer, network.Conditions with { Rate = network.Low });
        }

        world.Simulation.RunFor(third);
        var up = world.Simulation.Now;
        if (isStep)
        {
            world.SetNetwork(viewer, network.Conditions);
        }

        world.Simulation.RunFor(third);
        var end = world.Simulation.Now;
        var first = viewer.Screen.FirstAt;
        ViewerSample[] steady = isStep
            ?
            [
                .. viewer.During(began + Settling, down),
                .. viewer.During(down + Settling, up),
                .. viewer.During(up + Settling, end),
            ]
            : [.. viewer.During(began + Settling, end)];
        return new NetworkFigures(
            FirstBest(viewer, first, end) - first,
            isStep ? LastOverfull(viewer, down, up) - down : TimeSpan.Zero,
            isStep ? FirstBest(viewer, up, end) - up : TimeSpan.Zero,
            steady.Average(Share),
            Percentile([.. steady.Select(sample => sample.Queue)], 0.95),
            Switches(steady) / (steady.Length * 0.01 / 60),
            viewer.Screen.GapMaxAtSwitch,
            viewer.Screen.Frozen / (end - began),
            Percentile(viewer.End.SoundAges, 0.99) - network.Conditions.Delay
        );
    }

    private static void Cross(
        DownlinkWorld world,
        WatchingViewer viewer,
        NamedNetwork network,
        bool isCrossing
    )
    {
        var left = network.Conditions.Rate.BitsPerSecond - network.Cross.BitsPerSecond;
        world.SetNetwork(
            viewer,
            isCrossing ? network.Conditions with { Rate = new Bitrate(left) } : network.Conditions
        );
        var length = TimeSpan.FromMilliseconds(-500 * Math.Log(1 - world.Random.NextDouble()));
        world.Simulation.After(
            length + TimeSpan.FromMilliseconds(1),
            () => Cross(world, viewer, network, !isCrossing)
        );
    }

    private static double Share(ViewerSample sample)
    {
        var carried = Bitrate.Min(sample.Carried, Wanted);
        return Math.Min(1, (double)sample.Estimate.BitsPerSecond / carried.BitsPerSecond);
    }

    private static Instant FirstBest(WatchingViewer viewer, Instant from, Instant end) =>
        viewer
            .During(from, end)
            .Where(sample => sample.ShownLayer == BestLayer)
            .Select(sample => sample.At)
            .FirstOrDefault(end);

    private static Instant LastOverfull(WatchingViewer viewer, Instant from, Instant end) =>
        viewer
            .During(from, end)
            .Where(sample => sample.SentLayer == BestLayer)
            .Select(sample => sample.At)
            .LastOrDefault(from);

    private static int Switches(ViewerSample[] samples)
    {
        var switches = 0;
        for (var index = 1; index < samples.Length; index++)
        {
            var isAdjacent =
                samples[index].At - samples[index - 1].At < TimeSpan.FromMilliseconds(20);
            var hasChanged = samples[index].ShownLayer != samples[index - 1].ShownLayer;
            switches += isAdjacent && hasChanged ? 1 : 0;
        }

        return switches;
    }

    internal static TimeSpan Percentile(IReadOnlyCollection<TimeSpan> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? TimeSpan.Zero
            : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
