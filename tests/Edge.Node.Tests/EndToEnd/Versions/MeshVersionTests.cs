using Edge.Testing.Clients;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.EndToEnd.Versions;

/// <summary>Nodes of two versions beside each other, as there are during every upgrade.</summary>
public sealed class MeshVersionTests
{
    private const int Video = 1;

    /// <summary>Who speaks what: the node that tracks are published at, and the one that pulls them.</summary>
    public static TheoryData<MeshVersion, MeshVersion> Pairs =>
        new()
        {
            { MeshVersion.Before, MeshVersion.Present },
            { MeshVersion.Present, MeshVersion.Before },
            { MeshVersion.After, MeshVersion.Present },
            { MeshVersion.Present, MeshVersion.After },
        };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Pull_TrackOfAnotherVersion_FramesArriveWithoutGap(
        MeshVersion home,
        MeshVersion away
    )
    {
        await using var mesh = new MeshHarness(versions: (home, away));
        var publisher = await PushAsync(mesh);

        var viewer = await PullAsync(mesh, publisher);
        ExpectFrames(mesh, viewer, 60);

        var video = viewer.Client.Played[Video];
        Assert.Equal(0, video.BackwardTimestamps);
        Assert.InRange(video.Missing, 0, 2);
        Assert.True(viewer.Client.Played[0].Packets >= 50);
    }

    /// <summary>A lost frame is missed although one side numbers none.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Pull_FramesOfAnotherVersionLost_GoesOn(MeshVersion home, MeshVersion away)
    {
        await using var mesh = new MeshHarness(versions: (home, away));
        var publisher = await PushAsync(mesh);
        var viewer = await PullAsync(mesh, publisher);
        ExpectFrames(mesh, viewer, 20);
        var lost = 0;
        mesh.HomeSieve.Loses = subject =>
            subject.StartsWith("media.", StringComparison.Ordinal)
            && Interlocked.Increment(ref lost) <= 10;

        ExpectFrames(mesh, viewer, 60);

        Assert.True(lost > 10);
        Assert.Equal(0, viewer.Client.Played[Video].SwitchesWithoutKeyFrame);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Play_StreamThatGoesOnAtAnotherVersion_GoesOn(
        MeshVersion home,
        MeshVersion away
    )
    {
        await using var mesh = new MeshHarness(versions: (home, away));
        await PublishStreamAsync(mesh, mesh.Home);
        var viewer = await mesh.Away.PlayAsync(offered: NodeHarness.VideoOnly);
        ExpectPictures(mesh, viewer, 20);

        await PublishStreamAsync(mesh, mesh.Away);

        mesh.Away.RunUntil(
            () => mesh.Home.Node.Report().Publishers == 0,
            "The former publisher was not ended."
        );
        ExpectPictures(mesh, viewer, 30);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Read_ChannelOfAnotherVersion_EveryMessageInOrder(
        MeshVersion home,
        MeshVersion away
    )
    {
        const int Count = 300;
        await using var mesh = new MeshHarness(versions: (home, away));
        var (publisher, written) = await ChannelCalls.PublishAsync(mesh.Home, "log");
        var (reader, read) = await ReadAsync(mesh.Away, Remote(publisher, "log"));

        foreach (var number in Enumerable.Range(0, Count))
        {
            mesh.Home.Send(publisher, written, BitConverter.GetBytes(number));
        }

        mesh.Away.RunUntil(
            () => ChannelCalls.Count(reader, read) >= Count,
            "Messages are missing."
        );
        Assert.Equal(Enumerable.Range(0, Count), Numbers(reader, read));
    }

    private static async Task<SocketClient> PushAsync(MeshHarness mesh)
    {
        var publisher = await mesh.Home.PushAsync();
        mesh.RunUntilConnected(publisher);
        return publisher;
    }

    private static Task<SocketClient> PullAsync(MeshHarness mesh, SocketClient publisher) =>
        mesh.Away.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "mic"),
            NodeHarness.Remote(publisher.SessionId, "cam")
        );

    private static async Task PublishStreamAsync(MeshHarness mesh, NodeHarness node)
    {
        var publisher = await node.PublishAsync();
        mesh.RunUntilConnected(publisher);
    }

    private static void ExpectFrames(MeshHarness mesh, SocketClient viewer, int count) =>
        mesh.ExpectFrames(viewer.Client.Played[Video], count);

    private static void ExpectPictures(MeshHarness mesh, SocketClient viewer, int count) =>
        mesh.ExpectFrames(viewer.Client.Played[0], count);
}
