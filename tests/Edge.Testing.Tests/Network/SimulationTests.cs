using Edge.Primitives;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Testing.Tests.Network;

/// <summary>Tests of virtual time: order, limits, invariants and determinism.</summary>
public sealed class SimulationTests
{
    private static readonly NetworkAddress A = NetworkAddress.FromIPv4(0xC000_0201, 1);
    private static readonly NetworkAddress B = NetworkAddress.FromIPv4(0xC000_0202, 2);
    private static readonly NetworkAddress C = NetworkAddress.FromIPv4(0xC000_0203, 3);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void RunFor_Echo_TakesTheRoundTrip()
    {
        var (simulation, client, _) = Echo(
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) }
        );
        var start = simulation.Now;
        client.Queue(B, 1, 2);
        simulation.RunFor(Second);
        var echo = Assert.Single(client.Received);
        Assert.Equal([1, 2], echo.Bytes);
        Assert.Equal(start + TimeSpan.FromMilliseconds(40), echo.At);
        Assert.Equal(start + Second, simulation.Now);
    }

    [Fact]
    public void Step_NothingDue_False() => Assert.False(new Simulation(1).Step());

    [Fact]
    public void Step_Deadlines_EarliestFirst()
    {
        var simulation = new Simulation(1);
        var times = new List<double>();
        foreach (var milliseconds in (int[])[30, 10, 20])
        {
            simulation.Add(
                $"t{milliseconds}",
                B.WithPort((ushort)milliseconds),
                new TestEndpoint
                {
                    Deadline = simulation.Now + TimeSpan.FromMilliseconds(milliseconds),
                    OnTimeout = _ => times.Add(milliseconds),
                }
            );
        }

        Assert.True(simulation.Step());
        Assert.Equal([10], times);
        simulation.RunFor(Second);
        Assert.Equal([10, 20, 30], times);
    }

    [Fact]
    public void RunUntil_ConditionHolds_StopsThere()
    {
        var (simulation, client, _) = Echo(
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) }
        );
        var start = simulation.Now;
        client.Queue(B, 1);
        simulation.RunUntil(() => client.Received.Count == 1, Second);
        Assert.Equal(TimeSpan.FromMilliseconds(40), simulation.Now - start);
    }

    [Fact]
    public void RunUntil_NeverHolds_SaysWhatAndTheSeed()
    {
        var simulation = new Simulation(77);
        var never = false;
        var failure = Assert.Throws<TestingException>(() =>
            simulation.RunUntil(() => never, Second)
        );
        Assert.Contains("never", failure.Message, StringComparison.Ordinal);
        Assert.Contains("seed 77", failure.Message, StringComparison.Ordinal);
        Assert.Contains("1000 ms", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_DeadlineThatNeverMoves_NamesEndpointAndTimer()
    {
        var simulation = new Simulation(1);
        simulation.Add(
            "stuck",
            A,
            new TestEndpoint { Deadline = simulation.Now, NextDeadline = now => now }
        );
        var failure = Assert.Throws<TestingException>(() => simulation.RunFor(Second));
        Assert.Contains("stuck", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the test's timer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_DeadlineThatCreeps_NamesEndpoint()
    {
        var simulation = new Simulation(1);
        simulation.Add(
            "creeper",
            A,
            new TestEndpoint
            {
                Deadline = simulation.Now,
                NextDeadline = now => now + TimeSpan.FromTicks(1),
            }
        );
        var failure = Assert.Throws<TestingException>(() => simulation.RunFor(Second));
        Assert.Contains("creeper", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_DeadlineInThePastAfterItsTimeout_Fails()
    {
        var simulation = new Simulation(1);
        simulation.Add(
            "late",
            A,
            new TestEndpoint
            {
                Deadline = simulation.Now,
                NextDeadline = now => now - TimeSpan.FromTicks(1),
            }
        );
        var failure = Assert.Throws<TestingException>(() => simulation.Step());
        Assert.Contains("in the past", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_PingPongWithoutDelay_NamesEndpoint()
    {
        var simulation = new Simulation(1);
        var left = new TestEndpoint { Echoes = true };
        simulation.Add("left", A, left);
        simulation.Add("right", B, new TestEndpoint { Echoes = true });
        left.Queue(B, 1);
        var failure = Assert.Throws<TestingException>(() => simulation.RunFor(Second));
        Assert.Contains(
            "datagrams within a millisecond",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Step_OverTheCeiling_Fails()
    {
        var simulation = new Simulation(1) { StepsMax = 100 };
        simulation.Add(
            "ticker",
            A,
            new TestEndpoint
            {
                Deadline = simulation.Now,
                NextDeadline = now => now + TimeSpan.FromMilliseconds(1),
            }
        );
        var failure = Assert.Throws<TestingException>(() => simulation.RunFor(Second));
        Assert.Contains("ticker", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_EndpointThrows_NamesItAndKeepsTheCause()
    {
        var simulation = new Simulation(1);
        simulation.Add(
            "thrower",
            A,
            new TestEndpoint
            {
                Deadline = simulation.Now,
                OnTimeout = _ => throw new InvalidOperationException("why"),
            }
        );
        var failure = Assert.Throws<TestingException>(() => simulation.Step());
        Assert.Contains("thrower", failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public void AddInvariant_BreaksForOneStepOnly_IsSeen()
    {
        var (simulation, client, server) = Echo(LinkPresets.Lan);
        simulation.AddInvariant(
            "the server never has one packet",
            () => server.Received.Count != 1
        );
        simulation.Every(TimeSpan.FromMilliseconds(10), () => client.Queue(B, 1));
        var failure = Assert.Throws<TestingException>(() => simulation.RunFor(Second));
        Assert.Contains("never has one packet", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_Period_RunsThatOften()
    {
        var simulation = new Simulation(1);
        var count = 0;
        simulation.Every(TimeSpan.FromMilliseconds(10), () => count++);
        simulation.RunFor(Second);
        Assert.Equal(100, count);
    }

    [Fact]
    public void Rebind_NewAddress_SameConditionsOtherSource()
    {
        var simulation = new Simulation(1, new() { Delay = TimeSpan.FromMilliseconds(20) });
        var client = new TestEndpoint();
        var server = new TestEndpoint { Echoes = true };
        var host = simulation.Add("phone", A, client);
        simulation.Add("server", B, server);
        simulation.Network.SetBothWays(A, B, new() { Delay = TimeSpan.FromMilliseconds(5) });
        client.Queue(B, 1);
        simulation.RunFor(TimeSpan.FromMilliseconds(6));
        simulation.Rebind(host, C);
        simulation.RunFor(TimeSpan.FromMilliseconds(50));
        // The echo went to the forgotten binding.
        Assert.Empty(client.Received);
        Assert.Equal(1, simulation.Unreachable);
        var start = simulation.Now;
        client.Queue(B, 2);
        simulation.RunFor(TimeSpan.FromMilliseconds(50));
        Assert.Equal([A, C], server.Received.Select(datagram => datagram.From));
        Assert.Equal(start + TimeSpan.FromMilliseconds(10), Assert.Single(client.Received).At);
    }

    [Fact]
    public void Remove_Host_ItsDatagramsReachNobody()
    {
        var simulation = new Simulation(1);
        var client = new TestEndpoint();
        simulation.Add("client", A, client);
        simulation.Remove(simulation.Add("server", B, new TestEndpoint()));
        client.Queue(B, 1);
        simulation.RunFor(Second);
        Assert.Equal(1, simulation.Unreachable);
    }

    [Fact]
    public void Add_AddressTaken_Fails()
    {
        var simulation = new Simulation(1);
        simulation.Add("one", A, new TestEndpoint());
        Assert.Throws<TestingException>(() => simulation.Add("two", A, new TestEndpoint()));
    }

    [Fact]
    public void Trace_SameSeedTwice_Same()
    {
        foreach (var (_, conditions) in LinkPresets.All)
        {
            Assert.Equal(Run(5, conditions), Run(5, conditions));
        }

        Assert.NotEqual(Run(5, LinkPresets.Congested), Run(6, LinkPresets.Congested));

        static ulong Run(ulong seed, LinkConditions conditions)
        {
            var simulation = new Simulation(
                seed,
                conditions with
                {
                    ReorderProbability = 0.02,
                    DuplicateProbability = 0.02,
                }
            );
            var client = new TestEndpoint();
            simulation.Add("client", A, client);
            simulation.Add("server", B, new TestEndpoint { Echoes = true });
            simulation.Every(
                TimeSpan.FromMilliseconds(7),
                () =>
                {
                    var bytes = new byte[simulation.Random.NextInt32(1400) + 1];
                    simulation.Random.Fill(bytes);
                    client.Queue(B, bytes);
                }
            );
            simulation.RunFor(TimeSpan.FromSeconds(5));
            Assert.True(client.Received.Count > 100);
            return simulation.Trace;
        }
    }

    [Fact]
    public void WithoutHandshakes_DtlsOfOtherLength_SameDigest()
    {
        Assert.Equal(
            TraceDigests.WithoutHandshakes([22, 1, 2]),
            TraceDigests.WithoutHandshakes([22, 1])
        );
        Assert.NotEqual(
            TraceDigests.WithoutHandshakes([128, 1, 2]),
            TraceDigests.WithoutHandshakes([128, 1])
        );
    }

    private static (Simulation Simulation, TestEndpoint Client, TestEndpoint Server) Echo(
        LinkConditions conditions
    )
    {
        var simulation = new Simulation(1, conditions);
        var client = new TestEndpoint();
        var server = new TestEndpoint { Echoes = true };
        simulation.Add("client", A, client);
        simulation.Add("server", B, server);
        return (simulation, client, server);
    }
}
