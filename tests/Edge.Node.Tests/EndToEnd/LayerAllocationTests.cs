using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Sending;
using Edge.Testing.Clients;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What a publisher says of its layers reaches the viewers' choice, on every shard.</summary>
public sealed class LayerAllocationTests
{
    /// <summary>The id under which a made-up source packet has the element.</summary>
    private const byte SourceId = 1;

    // Chosen: flows of all of them hash to one of two shards once in 250 runs; either way the test holds.
    private const int Viewers = 8;

    /// <summary>Stream 0 of two, 100 and 200 kbit/s.</summary>
    private static readonly byte[] Both = [0x11, 0x00, 100, 0xC8, 0x01];

    /// <summary>Stream 0 of one.</summary>
    private static readonly byte[] LowOnly = [0x01, 0x00, 100];

    [Fact]
    public async Task Play_PublisherSaysALayerIsOffAndOnAgain_ViewersLeaveItAndComeBack()
    {
        await using var harness = new NodeHarness();
        var (publisher, layers) = await harness.PublishLayersAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        Translate(publisher.Client);
        var viewers = new List<SocketClient>();
        for (var index = 0; index < Viewers; index++)
        {
            viewers.Add(await harness.PlayAsync(offered: NodeHarness.VideoOnly));
        }

        await PlayedAsync(harness, viewers, "h");

        // Both go on being sent: only the word tells.
        layers[0].SourcePacket = Packet(LowOnly);
        await PlayedAsync(harness, viewers, "l");

        layers[0].SourcePacket = Packet(Both);
        await PlayedAsync(harness, viewers, "h");
        Assert.All(viewers, viewer => Assert.Equal(0, viewer.Client.Played[0].BackwardTimestamps));
    }

    private static async Task PlayedAsync(
        NodeHarness harness,
        List<SocketClient> viewers,
        string layer
    )
    {
        var deadline = harness.Now + TimeSpan.FromSeconds(20);
        foreach (var viewer in viewers)
        {
            while (!await IsPlayedAsync(harness, viewer, layer))
            {
                Assert.True(harness.Now < deadline, $"A viewer does not get layer {layer}.");
                harness.RunFor(0.02);
            }
        }
    }

    private static async Task<bool> IsPlayedAsync(
        NodeHarness harness,
        SocketClient viewer,
        string layer
    ) =>
        string.Equals(
            (await harness.DescribeAsync(viewer))!.Tracks[0].Layer,
            layer,
            StringComparison.Ordinal
        );

    /// <summary>The client's sender carries a source packet's element over under the id agreed for
    /// layer allocations, whatever that id was for.</summary>
    private static void Translate(MediaClient client) =>
        client.Peer.Sender.SetTranslation(
            0,
            new ExtensionTranslation(
                new HeaderExtensionMap { PlayoutDelay = SourceId },
                new HeaderExtensionMap { PlayoutDelay = 9 }
            )
        );

    private static byte[] Packet(byte[] allocation)
    {
        var packet = new byte[100];
        var writer = new RtpHeaderWriter(packet, false, new(96), new(1), 0, new(9));
        writer.AddExtension(SourceId, allocation);
        return packet[..writer.Complete()];
    }
}
