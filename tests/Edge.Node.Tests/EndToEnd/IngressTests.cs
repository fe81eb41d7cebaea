using Control.Contract;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Wire.Stun;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What strangers send changes nothing (rules R1, R3, R4 and R5 of the ingress rules).</summary>
public sealed class IngressTests
{
    private const int Video = 1;
    private const int JunkPerKind = 40;

    [Fact]
    public async Task Junk_FromAStranger_IsCountedAndNeverAnswered()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        using var stranger = new StrangerSocket();

        var random = Prng.FromNumber(11);
        var sent = 0;
        for (var first = 0; first < 256; first++)
        {
            var datagram = new byte[1 + random.NextInt32(1400)];
            random.Fill(datagram);
            datagram[0] = (byte)first;
            stranger.Send(datagram, harness.Node.Candidates[0]);
            sent++;
        }

        harness.RunUntil(() => Drops(harness) >= sent, "Not all junk was counted.");
        Assert.Equal(0, stranger.Receive());
        Assert.Equal(PeerState.Connected, publisher.Client.Peer.Transport.State);
    }

    /// <summary>What anycastd asks: the port is served, whoever has sessions.</summary>
    [Fact]
    public async Task Probe_FromThisMachine_IsAnsweredByTheShard()
    {
        await using var harness = new NodeHarness();
        using var watcher = new StrangerSocket();
        var transaction = StunTransactionId.Create(Prng.FromNumber(13));
        var buffer = new byte[100];
        var writer = new StunMessageWriter(
            buffer,
            StunClass.Request,
            StunMethod.Binding,
            transaction
        );
        writer.AddAttribute(StunAttributeType.Software, new byte[20]);
        watcher.Send(buffer.AsSpan(0, writer.Complete()), harness.Node.Candidates[0]);

        var isAnswered = false;
        harness.RunUntil(
            () =>
            {
                var error = StunMessage.TryParse(watcher.ReceiveOne(), out var answer);
                isAnswered |=
                    error == StunParseError.None
                    && answer.TransactionId == transaction
                    && answer.TryReadXorMappedAddress(out var mapped)
                    && mapped == watcher.Local;
                return isAnswered;
            },
            "The probe was not answered."
        );
        Assert.Equal(0, Drops(harness));
    }

    [Fact]
    public async Task Junk_FromTheClientsOwnAddress_SessionGoesOn()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 5, "The viewer did not start.");

        var random = Prng.FromNumber(12);
        byte[] firstBytes = [0, 1, 20, 21, 22, 23, 63, 64, 128, 144, 191, 255];
        foreach (var first in firstBytes)
        {
            for (var count = 0; count < JunkPerKind; count++)
            {
                var datagram = new byte[1 + random.NextInt32(1400)];
                random.Fill(datagram);
                datagram[0] = first;
                publisher.SendRaw(datagram, harness.Node.Candidates[0]);
                viewer.SendRaw(datagram, harness.Node.Candidates[0]);
            }
        }

        var before = video.CompleteFrames;
        harness.RunUntil(
            () => video.CompleteFrames >= before + 30,
            "Media stopped after junk from the clients' own addresses."
        );
        Assert.Equal(0, harness.Node.Shards[0].Stats.Faults + harness.Node.Shards[1].Stats.Faults);
        Assert.Equal((1, 1), (harness.Node.Report().Publishers, harness.Node.Report().Players));
    }

    /// <summary>A client's first packet after its check may be faster than the word of the shard that answered the check to
    /// the one that takes the packet: it is not taken for a stranger's. Half of all are taken by another shard; chosen: so
    /// many that without the second look one was lost in each of three runs.</summary>
    [Fact]
    public async Task FirstFlight_AtAnotherShardThanTheCheckWasAnsweredBy_IsNotLost()
    {
        const int clients = 150;
        await using var harness = new NodeHarness();
        for (var client = 0; client < clients; client++)
        {
            var publisher = await harness.PublishAsync(
                new SyntheticVideoOptions { FramesPerSecond = 1, PacketsPerFrame = 1 },
                stream: new StreamKey("app", $"stream {client}")
            );
            harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        }

        Assert.Equal(0, Drops(harness));
    }

    private static long Drops(NodeHarness harness)
    {
        long total = 0;
        foreach (var shard in harness.Node.Shards)
        {
            total +=
                shard.Stats.Drops[(int)ShardDrop.UnknownSource]
                + shard.Stats.Drops[(int)ShardDrop.UnknownSession];
        }

        return total;
    }
}
