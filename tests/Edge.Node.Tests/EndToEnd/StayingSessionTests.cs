using Edge.Node.HandOver;
using Edge.Node.Sessions;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sessions that cannot go when their node departs.</summary>
public sealed class StayingSessionTests
{
    private const int Video = 1;

    /// <summary>Nobody of this machine takes its connection, and its client could dial no other node. It is not held up in each
    /// round to find that out, and the reason is said once.</summary>
    [Fact]
    public async Task Drain_ViewerByTcpOfThisNodeAlone_IsLeftAlone()
    {
        var log = new LogLines<MediaNode>();
        await using var pop = new PopHarness(0);
        var node = pop.Add("n0", logger: log);
        var publisher = await node.PublishAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        var viewer = await node.PlayAsync();
        viewer.Dial(node.Node.TcpCandidates[0], candidate: node.Node.Candidates[0]);
        pop.RunUntil(() => viewer.Client.ConnectedAt.IsSet, "The viewer did not connect.");
        pop.RunUntilAllGoOn([viewer], Video, frames: 20);
        var silent = await node.NewSessionAsync();
        var server = await node.NewSessionAsync(isThirdParty: true);
        pop.Add("n1").Node.Connections!.Dispose();

        var draining = Task.Run(async () =>
            await node.Node.HandOverAsync(TimeSpan.FromSeconds(20), CancellationToken.None)
        );
        pop.RunUntil(() => draining.IsCompleted, "The drain does not end.");

        Assert.Equal(new HandOverOutcome(Moved: 2, Lost: 0, Left: 2), await draining);
        Assert.Equal(1, log.Count("stays for now"));
        Assert.Equal(1, log.Count("stays for now: OverConnection"));
        Assert.True(node.Node.State.HasSession(viewer.SessionId));
        Assert.True(node.Node.State.HasSession(server));
        Assert.False(node.Node.State.HasSession(silent));
    }
}
