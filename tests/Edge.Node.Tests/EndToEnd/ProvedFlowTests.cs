using Anycast.Steering;
using Edge.Node.Shards;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Checks that were recorded of one client, sent again with another one's source address, where their sessions are of
/// different nodes: the other one's packets go on coming to its own session. And clients that do begin at the address of another one.
/// </summary>
public sealed class ProvedFlowTests
{
    private const int Video = 1;
    private const int Rounds = 20;

    private static readonly Control.Contract.StreamKey Other = new("app", "other");

    [Fact]
    [Trait("Category", "Netns")]
    public async Task RecordedCheck_OfASessionOfAnotherNode_TakesNoFlow()
    {
        await using var pop = new PopHarness(2);
        var publisher = await pop.First.PublishAsync();
        var other = await pop.Nodes[1].PublishAsync(stream: Other);
        pop.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet && other.Client.ConnectedAt.IsSet,
            "A publisher did not connect."
        );
        var viewer = await pop.First.PlayAsync();
        pop.RunUntilAllGoOn([viewer], Video, frames: 15);

        Assert.True(pop.Nodes[1].Node.State.Sessions.TryFindById(other.SessionId, out var session));
        AssertGoesOn(
            (condition, otherwise) => pop.RunUntil(condition, otherwise),
            RecordedCheck.Of(session!, other),
            publisher.Local,
            pop.First.Node.Candidates[0],
            viewer.Client.Played[Video]
        );
    }

    /// <summary>The packets of the publisher come to the PoP of its session, the check to the same, and on to its own.</summary>
    [Fact]
    [Trait("Category", "Netns")]
    public async Task RecordedCheck_OfASessionOfAnotherPop_TakesNoFlow()
    {
        await using var mesh = new MeshHarness();
        var (publisher, viewer, recorded) = await JoinAsync(mesh);

        AssertGoesOn(
            (condition, otherwise) => mesh.Away.RunUntil(condition, otherwise),
            recorded,
            publisher.Local,
            mesh.Home.Node.Candidates[0],
            viewer.Client.Played[Video]
        );
    }

    /// <summary>The packets of the publisher come to the PoP of the recorded session, and on to the PoP of its own.</summary>
    [Fact]
    [Trait("Category", "Netns")]
    public async Task RecordedCheck_WhereARouteHasFlippedTo_TakesNoFlow()
    {
        await using var mesh = new MeshHarness();
        var (publisher, viewer, recorded) = await JoinAsync(mesh);
        publisher.Route = _ => mesh.Away.Node.Candidates[0];
        mesh.ExpectFrames(viewer.Client.Played[Video], more: 15);

        AssertGoesOn(
            (condition, otherwise) => mesh.Away.RunUntil(condition, otherwise),
            recorded,
            publisher.Local,
            mesh.Away.Node.Candidates[0],
            viewer.Client.Played[Video]
        );
    }

    /// <summary>A client leaves without a word, and another one begins from its address at once: its handshake is not the former
    /// session's, of whose client nobody knows yet that it is gone.</summary>
    [Fact]
    public async Task Join_FromTheAddressOfAClientThatHasJustGone_Plays()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "No publisher connected.");
        var former = await harness.PlayAsync();
        var before = former.Client.Played[Video];
        harness.RunUntil(() => before.CompleteFrames >= 10, "The former viewer did not start.");

        harness.ClientHost = former.Local;
        harness.Leave(former);
        var viewer = await harness.PlayAsync();
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 30, "The viewer did not start.");

        Assert.Equal(0, video.Missing);
    }

    /// <summary>The same where the new session is in another PoP than the former one, whose routes both take.</summary>
    [Fact]
    public async Task Join_FromTheAddressOfAClientOfAnotherPop_Plays()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PublishAsync();
        mesh.RunUntilConnected(publisher);
        var former = await mesh.Home.PlayAsync();
        mesh.ExpectFrames(former.Client.Played[Video], more: 10);
        var other = await mesh.Away.PublishAsync(stream: Other);
        mesh.RunUntilConnected(other);

        mesh.Away.ClientHost = former.Local;
        mesh.Home.Leave(former);
        var viewer = await mesh.Away.PlayAsync(stream: Other);
        viewer.Route = _ => mesh.Home.Node.Candidates[0];

        mesh.ExpectFrames(viewer.Client.Played[Video], more: 30);
    }

    /// <summary>Two other nodes have claimed the address of a client that is proved to be there: what is of a handshake, as its answers
    /// to checks, goes to neither any more.</summary>
    [Fact]
    public async Task Proved_WhereOthersClaimedTheAddress_WhatBeginsIsItsOwn()
    {
        await using var pop = new PopHarness(1);
        var publisher = await pop.First.PublishAsync();
        var letter = new byte[FlowLetter.HeaderBytes + FlowLetter.EntryBytes];
        foreach (var (node, proof) in new[] { (7, FlowProof.Proved), (8, FlowProof.Asked) })
        {
            var length = FlowLetter.WriteHeader(letter, (ushort)node);
            var said = new FlowWord(publisher.Local, Shard: 0) { Proof = proof };
            _ = FlowLetter.WriteEntry(letter.AsSpan(length), said);
            foreach (var shard in pop.First.Node.Shards)
            {
                shard.Post(new ShardCommand.HearFlows([.. letter]));
            }
        }

        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "No publisher connected.");
        var viewer = await pop.First.PlayAsync();
        pop.RunUntilAllGoOn([viewer], Video, frames: 5);

        byte[] record = [22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0];
        publisher.SendRaw(record, pop.First.Node.Candidates[0]);
        pop.RunUntilAllGoOn([viewer], Video, frames: 10);
        Assert.Equal(0, pop.Sum(stats => stats.Drops[(int)ShardDrop.UnknownSource]));
    }

    /// <summary>A publisher and a viewer of one PoP, and the check of a client of the other.</summary>
    private static async Task<(SocketClient, SocketClient, byte[])> JoinAsync(MeshHarness mesh)
    {
        var publisher = await mesh.Home.PublishAsync();
        mesh.RunUntilConnected(publisher);
        var viewer = await mesh.Home.PlayAsync();
        var other = await mesh.Away.PublishAsync(stream: Other);
        mesh.RunUntilConnected(other);
        mesh.ExpectFrames(viewer.Client.Played[Video], more: 15);
        Assert.True(mesh.Away.Node.State.Sessions.TryFindById(other.SessionId, out var session));
        return (publisher, viewer, RecordedCheck.Of(session!, other));
    }

    /// <summary>With a check each turn what comes from an address goes on to its own session.</summary>
    private static void AssertGoesOn(
        Action<Func<bool>, string> runUntil,
        byte[] recorded,
        NetworkAddress victim,
        NetworkAddress node,
        Testing.Clients.PlayedTrack video
    )
    {
        using var spoofing = new SpoofingSocket();
        var missing = video.Missing;
        for (var round = 0; round < Rounds; round++)
        {
            var before = video.CompleteFrames;
            runUntil(
                () =>
                {
                    spoofing.Send(victim, node, recorded);
                    return video.CompleteFrames >= before + 3;
                },
                "What comes from the address came to nothing."
            );
        }

        Assert.InRange(video.Missing, 0, missing);
        Assert.Equal(0, video.BackwardTimestamps);
    }
}
