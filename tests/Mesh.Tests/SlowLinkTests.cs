using Edge.Primitives;
using Edge.Processes;
using Edge.Testing.Clients;
using Mesh.Tests.Support;
using Xunit.Abstractions;

namespace Mesh.Tests;

/// <summary>Two PoPs whose link carries less than is watched over it.</summary>
public sealed class SlowLinkTests(ITestOutputHelper output) : IDisposable
{
    private const string Stream = "cam";
    private const int Worse = 1;
    private const int Best = 3;

    /// <summary>Chosen: twice the worse layer, two thirds of the better one.</summary>
    private const long SlowBytesPerSecond = 60_000;

    /// <summary>Of a publisher's own camera without layers: three times what the slow link carries.</summary>
    private const int Whole = 6;

    /// <summary>A picture's packet thirty times a second, with what carries it.</summary>
    private const double PacketRate = 30 * 1050 * 8;

    private readonly Stage _stage = new();

    public void Dispose() => _stage.Dispose();

    /// <summary>The player goes down to the layer that comes in time, and back when the link is wide again.</summary>
    [Fact]
    public async Task Play_LinkTooSlowForTheBestLayer_TheWorseOneUntilItIsWide()
    {
        await using var net = await NatsNet.StartGatewaysAsync(count: 2);
        await using var pops = await JoinedPops.StartAsync(_stage, net);
        await pops.At(0).PublishLayersAsync(Stream);
        var player = await pops.At(1).PlayAsync(Stream);
        await UntilAsync("the best layer is played", Best);

        net.Limit(SlowBytesPerSecond);
        var slowAt = DateTime.UtcNow;
        await UntilAsync("the worse layer is played", Worse);
        output.WriteLine($"Left after {(DateTime.UtcNow - slowAt).TotalSeconds:0.0} s.");
        await _stage.UntilMoreAsync(player, "the player");

        net.Limit(0);
        var wideAt = DateTime.UtcNow;
        await UntilAsync("the best layer is played again", Best);
        output.WriteLine($"Back after {(DateTime.UtcNow - wideAt).TotalSeconds:0.0} s.");
        await _stage.UntilMoreAsync(player, "the player");
        Assert.Equal(0, _stage.Look(() => player.Video().SwitchesWithoutKeyFrame));

        Task UntilAsync(string what, int packets) =>
            _stage.UntilAsync(what, () => player.Video().LastFramePackets == packets);
    }

    /// <summary>There is no lower layer: the publisher is told how much the link has room for, and when it has more.</summary>
    [Fact]
    public async Task Play_OneLayerTooMuchForTheLink_ItsPublisherSendsLessUntilItIsWide()
    {
        await using var net = await NatsNet.StartGatewaysAsync(count: 2);
        await using var pops = await JoinedPops.StartAsync(_stage, net);
        var publisher = await pops.At(0).PublishAsync(Stream, Whole);
        var player = await pops.At(1).PlayAsync(Stream);
        await _stage.UntilMoreAsync(player, "the player");

        net.Limit(SlowBytesPerSecond);
        var slowAt = DateTime.UtcNow;
        await UntilAsync("less is played", () => player.Video().LastFramePackets < Whole);
        output.WriteLine($"Less after {(DateTime.UtcNow - slowAt).TotalSeconds:0.0} s.");
        await _stage.UntilMoreAsync(player, "the player");

        net.Limit(0);
        var wideAt = DateTime.UtcNow;
        await UntilAsync("all is played again", () => player.Video().LastFramePackets == Whole);
        output.WriteLine($"All again after {(DateTime.UtcNow - wideAt).TotalSeconds:0.0} s.");
        await _stage.UntilMoreAsync(player, "the player");

        // Each look has the encoder follow what its publisher is told.
        Task UntilAsync(string what, Func<bool> isSo) =>
            _stage.UntilAsync(
                what,
                () =>
                {
                    Obey(publisher);
                    return isSo();
                }
            );
    }

    private static void Obey(SocketClient publisher)
    {
        var told = publisher.Client.Peer.Sender.ReceiverEstimate;
        var packets = told == Bitrate.Zero ? Whole : (int)(told.BitsPerSecond / PacketRate);
        var video = publisher.Client.Streams.Single(stream => stream.Video is not null).Video!;
        video.PacketsPerFrame = Math.Clamp(packets, 1, Whole);
    }
}
