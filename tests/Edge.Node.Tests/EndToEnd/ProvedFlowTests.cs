using Edge.Primitives;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Checks that were recorded of one client, sent again with another one's source address, where their sessions are of
/// different nodes: the other one's packets go on coming to its own session.</summary>
[Trait("Category", "Netns")]
public sealed class ProvedFlowTests
{
    private const int Video = 1;
    private const int Rounds = 20;

    private static readonly Control.Contract.StreamKey Other = new("app", "other");

    [Fact]
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
