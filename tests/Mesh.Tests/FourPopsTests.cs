using Edge.Processes;
using Edge.Testing.Clients;
using Mesh.Tests.Support;
using Xunit.Abstractions;

namespace Mesh.Tests;

/// <summary>Four PoPs, whose servers are joined in different ways: one publisher, players at all others.</summary>
public sealed class FourPopsTests(ITestOutputHelper output) : IDisposable
{
    private const string Stream = "cam";

    /// <summary>What the links are measured over. Chosen: ten seconds, of which a burst is little.</summary>
    private const int Pictures = 300;

    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    /// <summary>The publisher's server sends to each of the others.</summary>
    [Fact]
    public async Task Gateways_OneCopyToEachOtherPop()
    {
        await using var net = await NatsNet.StartGatewaysAsync(count: 4);
        await ExpectOneCopyAsync(net, publisher: 0, [1, 2, 3]);
    }

    /// <summary>What leaves a leaf passes its hub, and the other hub on the way to the other leaf.</summary>
    [Fact]
    public async Task HubsAndLeaves_OneCopyToEachOtherPop()
    {
        await using var net = await NatsNet.StartHubsAndLeavesAsync();
        await ExpectOneCopyAsync(net, publisher: 2, [0, 1, 3]);
    }

    private async Task ExpectOneCopyAsync(NatsNet net, int publisher, int[] others)
    {
        await using var pops = await JoinedPops.StartAsync(_stage, net);
        await pops.At(publisher).PublishAsync(Stream);
        var players = new List<SocketClient>();
        foreach (var pop in others)
        {
            // Two at each: what crosses is not more for it.
            players.Add(await pops.At(pop).PlayAsync(Stream));
            players.Add(await pops.At(pop).PlayAsync(Stream));
        }

        var before = Read();
        await _stage.UntilAsync(
            "all players go on",
            () =>
                players
                    .Zip(before.Frames)
                    .All(pair => pair.First.Video().CompleteFrames >= pair.Second + Pictures)
        );
        var after = Read();

        var media = after.Media - before.Media;
        output.WriteLine($"A player got {media} bytes of pictures.");
        ExpectOne("left the publisher's PoP", after.Left - before.Left);
        for (var index = 0; index < others.Length; index++)
        {
            ExpectOne($"came to {others[index]}", after.Came[index] - before.Came[index]);
        }

        void ExpectOne(string what, long bytes)
        {
            output.WriteLine($"{bytes} bytes {what}.");
            // With sound, headers and announcements, and what was on its way when it was read.
            Assert.InRange(bytes, 0.7 * media, 1.7 * media);
        }

        Reading Read() =>
            _stage.Look(() =>
                new Reading(
                    [.. players.Select(player => player.Video().CompleteFrames)],
                    players[0].Video().Packets * new SyntheticVideoOptions().PayloadBytes,
                    net.Left(publisher),
                    [.. others.Select(net.Came)]
                )
            );
    }

    /// <summary>Pictures of each player; bytes of those of one, out of the publisher's PoP, and into the others.</summary>
    private sealed record Reading(int[] Frames, long Media, long Left, long[] Came);
}
