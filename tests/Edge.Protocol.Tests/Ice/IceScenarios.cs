using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Testing;
using Edge.Testing.Network;
using Xunit;
using static Edge.Protocol.Tests.Ice.IceWire;

namespace Edge.Protocol.Tests.Ice;

/// <summary>A controlling client and a lite server over the simulated network.</summary>
public sealed class IceScenarios
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Connect_PerfectNetwork_NominatesWithinTwoRoundTrips()
    {
        var delay = TimeSpan.FromMilliseconds(20);
        var pair = CreatePair(1, new LinkConditions { Delay = delay });

        pair.Simulation.RunUntil(
            () => pair.Left.Agent.State == IceState.Nominated,
            // The first check at once, the nomination after the 50 ms of pacing.
            within: TimeSpan.FromMilliseconds(50) + (2 * delay)
        );

        Assert.Equal(PeerPair.RightAddress, pair.Left.Agent.Selected);
        Assert.Equal(PeerPair.LeftAddress, pair.Right.Agent.Selected);
        Assert.Equal(IceState.Nominated, pair.Right.Agent.State);
    }

    /// <summary>Goal: any loss below 1 ends connected or failed, never silent. Method: random loss,
    /// reordering and duplication; after the establishment's timeout nothing else is allowed.</summary>
    [Fact]
    public void Connect_AnyLoss_EndsNominatedOrFailed() =>
        Seeds.Check(
            (seed, random) =>
            {
                var conditions = new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(random.NextInt32(300)),
                    Jitter = TimeSpan.FromMilliseconds(random.NextInt32(50)),
                    KeepsOrder = false,
                    Loss = random.NextDouble() * 0.98,
                    ReorderProbability = 0.1,
                    DuplicateProbability = 0.1,
                };
                var pair = CreatePair(seed, conditions);
                pair.Simulation.RunFor(new IceOptions().EstablishTimeout);

                var client = pair.Left;
                Assert.True(client.Agent.State is IceState.Nominated or IceState.Failed);
                Assert.Equal(
                    client.Agent.State == IceState.Failed,
                    client.Had(IceEventKind.Failed)
                );
                if (conditions.Loss < 0.5)
                {
                    Assert.Equal(IceState.Nominated, client.Agent.State);
                    Assert.True(client.Agent.MaySend(pair.Simulation.Now));
                }
            },
            rounds: 100
        );

    [Fact]
    public void Connect_NobodyThere_FailsAfterTheTimeout()
    {
        var pair = CreatePair(2, new LinkConditions { Loss = 1 });

        pair.Simulation.RunUntil(
            () => pair.Left.Agent.State == IceState.Failed,
            within: new IceOptions().EstablishTimeout
        );

        Assert.True(pair.Left.Had(IceEventKind.Failed));
        Assert.Equal(Instant.Never, pair.Left.PollTimeout());
        Assert.InRange(pair.Left.Agent.Stats.ChecksSent, 10, 25);
    }

    [Fact]
    public void Connect_SecondCandidateWorks_IsNominatedAfterTheFirstHadItsChance()
    {
        var pair = CreatePair(3, new LinkConditions { Delay = Second / 100 }, isReachable: false);
        pair.Left.Agent.AddRemoteCandidate(AddressB, pair.Simulation.Now);
        pair.Left.Agent.AddRemoteCandidate(PeerPair.RightAddress, pair.Simulation.Now);

        pair.Simulation.RunUntil(
            () => pair.Left.Agent.State == IceState.Nominated,
            within: TimeSpan.FromMilliseconds(300)
        );

        Assert.Equal(PeerPair.RightAddress, pair.Left.Agent.Selected);
    }

    [Fact]
    public void Consent_TenMinutesOnALossyPath_IsKept()
    {
        var pair = CreatePair(4, LinkPresets.Congested);
        pair.Simulation.RunUntil(
            () => pair.Left.Agent.State == IceState.Nominated,
            within: 5 * Second
        );
        pair.Simulation.AddInvariant(
            "both sides may send",
            () =>
                pair.Left.Agent.MaySend(pair.Simulation.Now)
                && pair.Right.Agent.MaySend(pair.Simulation.Now)
        );

        pair.Simulation.RunFor(600 * Second);

        // Between 2.5 and 5 s apart: 120 to 240 in ten minutes.
        Assert.InRange(pair.Left.Agent.Stats.ChecksSent, 120, 260);
    }

    [Fact]
    public void Consent_PathCut_IsLostOnBothSidesAndSendingStops()
    {
        var pair = CreateConnected(5);
        pair.Simulation.Network.Isolate(PeerPair.LeftAddress);

        pair.Simulation.RunFor(31 * Second);

        Assert.Equal(IceState.ConsentLost, pair.Left.Agent.State);
        Assert.Equal(IceState.ConsentLost, pair.Right.Agent.State);
        Assert.False(pair.Left.Agent.MaySend(pair.Simulation.Now));
        Assert.False(pair.Right.Agent.MaySend(pair.Simulation.Now));
        Assert.Equal(Instant.Never, pair.Left.PollTimeout());
    }

    [Fact]
    public void Consent_ShortOutage_IsSurvived()
    {
        var pair = CreateConnected(6);
        pair.Simulation.Network.Isolate(PeerPair.LeftAddress);
        pair.Simulation.RunFor(20 * Second);
        pair.Simulation.Network.Rejoin(PeerPair.LeftAddress);
        pair.Simulation.RunFor(60 * Second);

        Assert.Equal(IceState.Nominated, pair.Left.Agent.State);
        Assert.False(pair.Right.Had(IceEventKind.ConsentLost));
    }

    /// <summary>A NAT forgets its binding: the next consent check comes from elsewhere, without
    /// USE-CANDIDATE, and takes over once the old address has fallen silent.</summary>
    [Fact]
    public void Rebinding_OfTheClient_IsValidatedByTheNextCheckAndSelectedInTime()
    {
        var pair = CreateConnected(7);
        pair.Simulation.Rebind(pair.LeftHost, AddressB);

        pair.Simulation.RunUntil(
            () => pair.Right.Agent.IsValidated(AddressB),
            within: new IceOptions().ConsentIntervalMax + Second
        );
        pair.Simulation.RunUntil(
            () => pair.Right.Agent.Selected == AddressB,
            within: new IceOptions().ConsentTimeout
        );

        Assert.False(pair.Right.Had(IceEventKind.ConsentLost));
    }

    [Fact]
    public void Restart_ByTheClient_MovesToTheNewCredentialsWithoutAGap()
    {
        var pair = CreateConnected(8);
        pair.Simulation.AddInvariant(
            "both sides may send during the restart",
            () =>
                pair.Left.Agent.MaySend(pair.Simulation.Now)
                && pair.Right.Agent.MaySend(pair.Simulation.Now)
        );

        Restart(pair);

        Assert.Equal(IceState.Nominated, pair.Left.Agent.State);
        Assert.Null(pair.Left.Agent.PreviousLocal);
        Assert.Null(pair.Right.Agent.PreviousLocal);
        pair.Simulation.RunFor(60 * Second);
    }

    /// <summary>The usual reason for a restart: the old path is dead and its consent runs out while the
    /// new one is still searched for.</summary>
    [Fact]
    public void Restart_OldConsentRunsOutMeanwhile_StillConnects()
    {
        var pair = CreateConnected(9);
        pair.Simulation.Network.Isolate(PeerPair.LeftAddress);
        pair.Simulation.RunFor(20 * Second);
        var now = pair.Simulation.Now;
        var client = IceCredentials.Create(pair.Simulation.Random);
        var server = IceCredentials.Create(pair.Simulation.Random);
        pair.Right.Agent.RestartLocal(server, client, now);
        pair.Left.Agent.RestartLocal(client, server, now);
        pair.Simulation.RunFor(15 * Second);
        Assert.True(pair.Left.Had(IceEventKind.ConsentLost));
        Assert.Equal(IceState.Checking, pair.Left.Agent.State);

        pair.Simulation.Network.Rejoin(PeerPair.LeftAddress);
        pair.Simulation.RunUntil(
            () => pair.Left.Agent.State == IceState.Nominated,
            within: 5 * Second
        );

        Assert.True(pair.Right.Agent.MaySend(pair.Simulation.Now));
        Assert.True(pair.Right.Had(IceEventKind.Restarted));
    }

    [Fact]
    public void Restart_AfterConsentWasLost_ConnectsAgain()
    {
        var pair = CreateConnected(10);
        pair.Simulation.Network.Isolate(PeerPair.LeftAddress);
        pair.Simulation.RunFor(40 * Second);
        pair.Simulation.Network.Rejoin(PeerPair.LeftAddress);

        Restart(pair);

        Assert.Equal(IceState.Nominated, pair.Left.Agent.State);
        Assert.Equal(IceState.Nominated, pair.Right.Agent.State);
    }

    /// <summary>Two full agents that both believe to control: one of them gives way (RFC 8445
    /// §7.3.1.1), whichever way the datagrams are lost.</summary>
    [Fact]
    public void RoleConflict_TwoControllingAgents_EndsWithOneOfEach() =>
        Seeds.Check(
            (seed, random) =>
            {
                var conditions = new LinkConditions
                {
                    Delay = TimeSpan.FromMilliseconds(random.NextInt32(100)),
                    Loss = random.NextDouble() * 0.4,
                };
                var pair = PeerPair.Create(
                    seed,
                    fork => new IceEndpoint(IceMode.Controlling, Client, fork),
                    fork => new IceEndpoint(IceMode.Controlling, Server, fork),
                    conditions
                );
                var now = pair.Simulation.Now;
                pair.Left.Agent.AddRemoteCandidate(PeerPair.RightAddress, now);
                pair.Right.Agent.AddRemoteCandidate(PeerPair.LeftAddress, now);
                pair.Left.Agent.SetRemote(Server, now);
                pair.Right.Agent.SetRemote(Client, now);

                pair.Simulation.RunUntil(
                    () =>
                        pair.Left.Agent.State == IceState.Nominated
                        && pair.Right.Agent.State == IceState.Nominated,
                    within: 30 * Second
                );

                Assert.Equal(PeerPair.RightAddress, pair.Left.Agent.Selected);
                Assert.Equal(PeerPair.LeftAddress, pair.Right.Agent.Selected);
            },
            rounds: 50
        );

    [Fact]
    public void Connect_SameSeed_SameTrace()
    {
        var first = CreatePair(11, LinkPresets.Congested);
        var second = CreatePair(11, LinkPresets.Congested);
        first.Simulation.RunFor(60 * Second);
        second.Simulation.RunFor(60 * Second);

        Assert.Equal(first.Simulation.Trace, second.Simulation.Trace);
    }

    private static void Restart(PeerPair<IceEndpoint, IceEndpoint> pair)
    {
        var client = IceCredentials.Create(pair.Simulation.Random);
        var server = IceCredentials.Create(pair.Simulation.Random);
        // As in WHIP: the client has new credentials first, the answer brings the server's.
        pair.Left.Agent.RestartLocal(client, newRemote: null, pair.Simulation.Now);
        pair.Simulation.RunFor(Second / 2);
        pair.Right.Agent.RestartLocal(server, client, pair.Simulation.Now);
        pair.Simulation.RunFor(Second / 2);
        pair.Left.Agent.SetRemote(server, pair.Simulation.Now);
        pair.Simulation.RunUntil(
            () => pair.Left.Had(IceEventKind.Restarted) && pair.Right.Had(IceEventKind.Restarted),
            within: 5 * Second
        );
    }

    private static PeerPair<IceEndpoint, IceEndpoint> CreateConnected(ulong seed)
    {
        var pair = CreatePair(seed, LinkPresets.Wifi);
        pair.Simulation.RunUntil(
            () => pair.Left.Agent.State == IceState.Nominated,
            within: 5 * Second
        );
        return pair;
    }

    private static PeerPair<IceEndpoint, IceEndpoint> CreatePair(
        ulong seed,
        LinkConditions conditions,
        bool isReachable = true
    )
    {
        var pair = PeerPair.Create(
            seed,
            random => new IceEndpoint(IceMode.Controlling, Client, random),
            random => new IceEndpoint(IceMode.Lite, Server, random),
            conditions
        );
        var now = pair.Simulation.Now;
        pair.Right.Agent.SetRemote(Client, now);
        pair.Left.Agent.SetRemote(Server, now);
        if (isReachable)
        {
            pair.Left.Agent.AddRemoteCandidate(PeerPair.RightAddress, now);
        }

        return pair;
    }
}
