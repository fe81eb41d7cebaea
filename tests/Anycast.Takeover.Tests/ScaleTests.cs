using System.Globalization;
using Anycast.Takeover.Tests.Simulation;
using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Anycast.Takeover.Tests;

/// <summary>A node with a thousand sessions.</summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    private const int Sessions = 1000;

    [Fact]
    public void DeadMachine_WithAThousandSessions_IsTakenOverWithinASecond()
    {
        var pop = Settled();
        foreach (var client in pop.Clients)
        {
            client.ForgetGaps();
        }

        var bytes = pop.LanBytes;
        var frames = pop.LanFrames;
        pop.Kill(pop.Nodes[0]);
        pop.RunFor(TimeSpan.FromMilliseconds(700));
        output.WriteLine(
            $"{Sessions} sessions, gap {pop.Clients.Max(client => client.GapMax.TotalMilliseconds):0} ms at most: {Number(pop.LanBytes - bytes)} bytes in {pop.LanFrames - frames} frames until all were taken over"
        );
        foreach (var client in pop.Clients)
        {
            Assert.NotNull(pop.OwnerOf(client));
            Assert.InRange(client.GapMax.TotalMilliseconds, 0, 500);
        }
    }

    [Fact]
    public void Sessions_ThatSend_CostBytesByTheReservationOnly()
    {
        var pop = Settled();
        var bytes = pop.LanBytes;
        var frames = pop.LanFrames;
        var reserved = Reserved(pop);
        pop.RunFor(TimeSpan.FromSeconds(2));
        bytes = pop.LanBytes - bytes;
        frames = pop.LanFrames - frames;
        // One reservation is for half of what is kept ahead.
        var times = (Reserved(pop) - reserved) / (pop.Conditions.Reach / 4);
        output.WriteLine(
            $"{Number(times)} reservations: {Number(bytes)} bytes in {Number(frames)} frames, {bytes / times} bytes each"
        );
        Assert.InRange(bytes / times, 1, 500);
    }

    /// <summary>Of all received streams together.</summary>
    private static long Reserved(SimulatedPop pop)
    {
        var sum = 0L;
        foreach (var client in pop.Clients)
        {
            var bounds = pop.Nodes[0].Core.Replicas[client.Session].State.Bounds;
            sum += bounds[client.Streams[0]].Value.Bound;
        }

        return sum;
    }

    private static SimulatedPop Settled()
    {
        var pop = new SimulatedPop(
            new Conditions
            {
                Nodes = 3,
                Sessions = Sessions,
                Streams = 1,
                Reach = 1 << 8,
                BurstMax = 4,
                IsDeathTold = false,
            },
            Seeds.Random()
        );
        pop.RunFor(TimeSpan.FromMilliseconds(300));
        for (var session = 0; session < Sessions; session++)
        {
            pop.Create(pop.Nodes[0]);
        }

        pop.RunFor(TimeSpan.FromMilliseconds(500));
        Assert.All(
            pop.Clients,
            client => Assert.True(pop.Nodes[0].Core.IsProtected(client.Session))
        );
        return pop;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
