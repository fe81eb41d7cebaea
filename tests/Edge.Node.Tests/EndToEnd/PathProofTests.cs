using Edge.Testing.Clients;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Checks that ask for another address, on real sockets: of a client that moves, and of somebody who recorded
/// them.</summary>
public sealed class PathProofTests(ITestOutputHelper output)
{
    private const int Video = 1;

    /// <summary>Nothing but STUN goes to the port that a recorded check comes from, and the client notices nothing.</summary>
    [Fact]
    public async Task RecordedCheck_FromAnotherPort_NoMediaGoesThere()
    {
        await using var harness = new NodeHarness();
        var viewer = await WatchAsync(harness);
        var video = viewer.Client.Played[Video];
        var check = NominatingCheck(harness, viewer);
        using var stranger = new StrangerSocket();
        var missing = video.Missing;
        long sent = 0;
        long received = 0;
        for (var round = 0; round < 20; round++)
        {
            stranger.Send(check, harness.Node.Candidates[0]);
            sent += check.Length;
            var before = video.CompleteFrames;
            harness.RunUntil(
                () => video.CompleteFrames >= before + 3,
                "The client was not sent to any more."
            );
            for (var datagram = stranger.ReceiveOne(); !datagram.IsEmpty; )
            {
                Assert.InRange(datagram[0], 0, 3);
                received += datagram.Length;
                datagram = stranger.ReceiveOne();
            }
        }

        Assert.InRange(received, 1, 3 * sent);
        harness.RunUntil(() => video.Missing <= missing, "The client lost packets.");
        Assert.Equal(0, video.BackwardTimestamps);
    }

    /// <summary>A viewer behind a NAT that gave it another port nominates from there: it answers the node's check, and is
    /// sent to one round trip after.</summary>
    [Fact]
    public async Task Rebind_ViewerThatNominates_MediaFollowsTheAnswer()
    {
        await using var harness = new NodeHarness();
        var viewer = await WatchAsync(harness);
        var video = viewer.Client.Played[Video];
        for (var round = 0; round < 5; round++)
        {
            viewer.Rebind();
            var before = video.CompleteFrames;
            var packets = video.Packets;
            var movedAt = harness.Now;
            viewer.SendRaw(NominatingCheck(harness, viewer), harness.Node.Candidates[0]);
            harness.RunUntil(() => video.Packets > packets, "Media did not follow the viewer.");
            output.WriteLine(
                $"{(harness.Now - movedAt).TotalMilliseconds:F1} ms to the first packet"
            );
            harness.RunUntil(
                () => video.CompleteFrames >= before + 10,
                "Media did not go on at the viewer's other port."
            );
        }
    }

    /// <summary>A check that was recorded of one client, sent again with another one's source address: the other's packets go on
    /// coming to its own session.</summary>
    [Fact]
    [Trait("Category", "Netns")]
    public async Task RecordedCheck_FromTheAddressOfAnotherSession_TakesNoFlow()
    {
        await using var harness = new NodeHarness();
        using var spoofing = new SpoofingSocket();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "No publisher connected.");
        var viewer = await harness.PlayAsync();
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 10, "The viewer did not start.");
        var check = NominatingCheck(harness, viewer);
        var answers = publisher.Client.Peer.Transport.Ice.Stats.UnknownTransactions;
        for (var round = 0; round < 20; round++)
        {
            var before = video.CompleteFrames;
            harness.RunUntil(
                () =>
                {
                    spoofing.Send(publisher.Local, harness.Node.Candidates[0], check);
                    return video.CompleteFrames >= before + 3;
                },
                "What the publisher sends came to nothing."
            );
        }

        // The check itself came through, as its answers show.
        Assert.True(publisher.Client.Peer.Transport.Ice.Stats.UnknownTransactions > answers);
        Assert.Equal(0, video.BackwardTimestamps);
    }

    private static async Task<SocketClient> WatchAsync(NodeHarness harness)
    {
        var publisher = await harness.PublishAsync();
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "No publisher connected.");
        var viewer = await harness.PlayAsync();
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 10, "The viewer did not start.");
        return viewer;
    }

    /// <summary>A check as the client sends it when it nominates.</summary>
    private static byte[] NominatingCheck(NodeHarness harness, SocketClient client)
    {
        Assert.True(harness.Node.State.Sessions.TryFindById(client.SessionId, out var session));
        return RecordedCheck.Of(session!, client);
    }
}
