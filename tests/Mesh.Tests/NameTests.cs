using System.Net;
using Edge.Processes;
using Edge.Testing.Clients;
using Mesh.Tests.Support;

namespace Mesh.Tests;

/// <summary>One stream's name and several PoPs: its publisher moves, dies with its PoP, and is there twice. Players go
/// on by themselves.</summary>
public sealed class NameTests : IDisposable
{
    private const string Stream = "cam";

    private const int A = 0;
    private const int B = 1;
    private const int C = 2;

    private const int HubHere = 0;
    private const int HubThere = 1;
    private const int LeafHere = 2;
    private const int LeafThere = 3;

    // Publishers are told apart by the packets of a picture.
    private const int First = 3;
    private const int Second = 2;
    private const int Third = 4;

    /// <summary>Longer than a node that is silent is served (7 s), so that all have noticed.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(12);

    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public async Task Move_ToAnotherPop_PlayersOfAllGoOn()
    {
        await using var net = await NatsNet.StartGatewaysAsync(count: 3);
        await using var pops = await JoinedPops.StartAsync(_stage, net);
        var before = await pops.At(A).PublishAsync(Stream, First);
        var players = await PlayAsync(pops, A, B, C);

        Assert.Equal(HttpStatusCode.OK, await pops.At(A).DeleteAsync(before.SessionId));
        await pops.At(B).PublishAsync(Stream, Second);

        await _stage.UntilAllSeeAsync(players, Second);
    }

    /// <summary>Nobody says that the publisher is gone. Sessions of players stay, and wait for the next one.</summary>
    [Fact]
    public async Task KillPop_OfThePublisher_PlayersElsewhereGoOnWithTheNextOne()
    {
        await using var net = await NatsNet.StartGatewaysAsync(count: 3);
        await using var pops = await JoinedPops.StartAsync(_stage, net);
        await pops.At(A).PublishAsync(Stream, First);
        var players = await PlayAsync(pops, B, C);

        await pops.KillAsync(A);
        await Task.Delay(Silence);
        Assert.Equal(HttpStatusCode.OK, await pops.At(B).ReadAsync(players[0].SessionId));
        Assert.Equal(HttpStatusCode.OK, await pops.At(C).ReadAsync(players[1].SessionId));
        var late = pops.At(B).PlayAsync(Stream);
        await pops.At(C).PublishAsync(Stream, Second);

        await _stage.UntilAllSeeAsync([.. players, await late], Second);
    }

    /// <summary>Each side, a hub and its leaf, has its publisher while they are parted; then the newest has the name
    /// everywhere.</summary>
    /// <param name="isSilent">Whether servers keep their connections, over which nothing comes until what was held
    /// back comes late.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Part_AndJoin_BothSidesGoOnAndTheNewestWins(bool isSilent)
    {
        await using var net = await NatsNet.StartHubsAndLeavesAsync();
        await using var pops = await JoinedPops.StartAsync(_stage, net);
        await pops.At(HubHere).PublishAsync(Stream, First);
        var here = await PlayAsync(pops, HubHere, LeafHere);
        var there = await PlayAsync(pops, HubThere, LeafThere);

        (isSilent ? (Action)net.Stall : net.Cut)();
        await _stage.UntilAllSeeAsync(here, First);
        var older = await pops.At(LeafHere).PublishAsync(Stream, Second);
        var newest = await pops.At(LeafThere).PublishAsync(Stream, Third);
        await _stage.UntilAllSeeAsync(here, Second);
        await _stage.UntilAllSeeAsync(there, Third);
        Assert.False(_stage.Look(() => older.HasEnded() || newest.HasEnded()));

        (isSilent ? (Action)net.Resume : net.Heal)();
        await _stage.UntilAsync("the older publisher is told that it is over", older.HasEnded);
        await _stage.UntilAllSeeAsync([.. here, .. there], Third);
        Assert.False(_stage.Look(newest.HasEnded));
    }

    private static async Task<SocketClient[]> PlayAsync(JoinedPops pops, params int[] places)
    {
        var players = new List<SocketClient>();
        foreach (var place in places)
        {
            players.Add(await pops.At(place).PlayAsync(Stream));
        }

        return [.. players];
    }
}
