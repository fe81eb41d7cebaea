using Edge.Processes;
using Edge.Testing.Clients;
using Mesh.Tests.Support;

namespace Mesh.Tests;

/// <summary>Edges of a PoP that share one media address, as they do behind routers that spread flows over them.</summary>
public sealed class SharedAddressTests : IDisposable
{
    /// <summary>Chosen: that each flow comes to the edge of its session happens once in 16,000 runs.</summary>
    private const int Viewers = 14;

    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public async Task Play_WhicheverEdgeAFlowMeets_PicturesComeAndStay()
    {
        await using var pop = await Pop.StartSharingAsync("ams", "e1", "e2", "c1");
        using var client = new StreamClient(_stage, pop.Control("c1"));
        await client.PublishAsync("cam");
        var viewers = new List<SocketClient>();
        for (var viewer = 0; viewer < Viewers; viewer++)
        {
            viewers.Add(await client.PlayAsync("cam"));
        }

        var seen = _stage.Look(() => viewers.ConvertAll(Pictures));
        await _stage.UntilAsync(
            "everybody sees more",
            () => viewers.Select(Pictures).Zip(seen).All(pair => pair.First > pair.Second + 60)
        );
    }

    private static int Pictures(SocketClient viewer) =>
        viewer.Client.Played.Sum(track => track.CompleteFrames);
}
