using System.Diagnostics;
using Edge.Primitives;
using Edge.Processes;
using Edge.Processes.Links;
using Edge.Testing.Clients;
using Mesh.Tests.Support;
using Xunit.Abstractions;

namespace Mesh.Tests;

/// <summary>A PoP of several edges at one address, behind a router that spreads flows over them by a hash and does so
/// anew each second: everything real but the clients' browsers.</summary>
[Trait("Category", "Netns")]
public sealed class EcmpTests(ITestOutputHelper output)
{
    private const int Edges = 3;
    private const int Viewers = 10;

    /// <summary>Every so many seconds somebody joins meanwhile.</summary>
    private const int SecondsOfJoin = 5;

    /// <summary>What the issue asks for.</summary>
    private const double LossMax = 0.001;

    /// <summary>Media never stops: a viewer gets sound and pictures, some eighty packets a second.</summary>
    private const int PacketsOfSecond = 50;

    [Theory]
    [InlineData(false, 60)]
    [InlineData(true, 20)]
    public async Task Flows_SpreadAnewEachSecond_NoSessionIsLost(bool isIPv6, int seconds)
    {
        await using var pop = await EcmpPop.StartAsync(Edges, isIPv6);
        using var stage = new Stage(pop.OpenSocket);
        using var client = new StreamClient(stage, pop.Control, pop.Site.CreateHandler());
        var publisher = await client.PublishAsync("cam");
        var viewers = new List<SocketClient>();
        for (var viewer = 0; viewer < Viewers; viewer++)
        {
            viewers.Add(await client.PlayAsync("cam"));
        }

        var counts = await pop.CountAsync();
        var connectedAt = stage.Look(() => viewers.ConvertAll(Connected));
        var before = stage.Look(() => viewers.ConvertAll(Received));
        var joining = new List<Task<SocketClient>>();
        for (var second = 0; second < seconds; second++)
        {
            await pop.ReshuffleAsync();
            if (second % SecondsOfJoin == 0)
            {
                joining.Add(JoinAsync(client));
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        var after = stage.Look(() => viewers.ConvertAll(Received));
        var joined = await Task.WhenAll(joining);
        SocketClient[] all = [.. viewers, .. joined];
        var missing = stage.Look(() => all.Sum(Missing));
        var packets = stage.Look(() => all.Sum(Received));
        output.WriteLine($"{packets} packets, {missing} missing, {seconds} times spread anew");
        Assert.All(
            after.Zip(before),
            pair => Assert.True(pair.First > pair.Second + (seconds * PacketsOfSecond), $"{pair}")
        );
        Assert.InRange((double)missing / packets, 0, LossMax);
        Assert.Equal(connectedAt, stage.Look(() => viewers.ConvertAll(Connected)));
        Assert.False(stage.Look(() => publisher.HasEnded() || all.Any(each => each.HasEnded())));
        // A third of what the publisher sends, which is more than this, came to each.
        Assert.All(
            (await pop.CountAsync()).Zip(counts),
            pair => Assert.True(pair.First > pair.Second + (seconds * PacketsOfSecond / Edges))
        );
    }

    private async Task<SocketClient> JoinAsync(StreamClient client)
    {
        var began = Stopwatch.GetTimestamp();
        var viewer = await client.PlayAsync("cam");
        output.WriteLine(
            $"Joined meanwhile in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms"
        );
        return viewer;
    }

    private static Instant Connected(SocketClient viewer) => viewer.Client.ConnectedAt;

    private static long Received(SocketClient viewer) =>
        viewer.Client.Played.Sum(track => track.Packets);

    private static long Missing(SocketClient viewer) =>
        viewer.Client.Played.Sum(track => track.Missing);
}
