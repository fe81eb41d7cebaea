using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>ClientHellos from a spoofed 5-tuple, by a raw socket: no answer, no state (rules R2 and R3).</summary>
[Trait("Category", "Netns")]
public sealed class SpoofedHelloTests
{
    private const int Video = 1;
    private const int Copies = 100;

    /// <summary>The ClientHello of advisory ES2023-01: it offers TLS_NULL only.</summary>
    private static readonly byte[] NullCipherHello = Convert.FromBase64String(
        "Fv7/AAAAAAAAAAAAfAEAAHAAAAAAAAAAcP79AAAAAG4HCVaUNVbYVmxuqdn2WyCgtTijhZ+WheP/+H4AAAACAAABAABE"
            + "ABcAAP8BAAEAAAoACAAGAB0AFwAYAAsAAgEAACMAAAANABQAEgQDCAQEAQUDCAUFAQgGBgECAQAOAAkABgABAAgABwA="
    );

    public static TheoryData<string> Hellos => ["null cipher", "junk", "browser's"];

    [Theory]
    [MemberData(nameof(Hellos))]
    public async Task Hello_FromAStranger_IsCountedAndNothingElse(string kind)
    {
        await using var harness = new NodeHarness();
        using var spoofing = new SpoofingSocket();
        var allocated = Allocated(harness);
        for (var copy = 0; copy < Copies; copy++)
        {
            spoofing.Send(
                NetworkAddress.FromIPv4(0x7F000001, (ushort)(20_000 + copy)),
                harness.Node.Candidates[0],
                Hello(kind, copy)
            );
        }

        harness.RunUntil(() => Dropped(harness) >= Copies, "Not all were counted.");
        harness.RunFor(0.3);
        AssertSilent(harness);
        // A collection counts the rest of a thread's buffer, 8 KB at most, as allocated; an SSL object
        // or a session would be far more, for each of the hundred.
        Assert.InRange(Allocated(harness) - allocated, 0, 32 * 1024);
    }

    /// <summary>There is a session, and the 5-tuple is its client's, which has not spoken yet.</summary>
    [Theory]
    [MemberData(nameof(Hellos))]
    public async Task Hello_BeforeTheClientsFirstCheck_IsCountedAndNothingElse(string kind)
    {
        await using var harness = new NodeHarness();
        using var spoofing = new SpoofingSocket();
        var client = await harness.PublishAsync();
        client.IsMuted = true;
        for (var copy = 0; copy < Copies; copy++)
        {
            spoofing.Send(client.Local, harness.Node.Candidates[0], Hello(kind, copy));
        }

        harness.RunUntil(() => Dropped(harness) >= Copies, "Not all were counted.");
        harness.RunFor(0.1);
        AssertSilent(harness);
        client.IsMuted = false;
        harness.RunUntil(() => client.Client.ConnectedAt.IsSet, "The client did not connect.");
    }

    /// <summary>All through the client's own handshake: it completes in its usual time.</summary>
    [Theory]
    [MemberData(nameof(Hellos))]
    public async Task Hello_DuringTheHandshake_ClientConnects(string kind)
    {
        await using var harness = new NodeHarness();
        using var spoofing = new SpoofingSocket();
        var client = await harness.PublishAsync();
        var copy = 0;
        harness.RunUntil(
            () =>
            {
                spoofing.Send(client.Local, harness.Node.Candidates[0], Hello(kind, copy++));
                return client.Client.ConnectedAt.IsSet;
            },
            "The client did not connect.",
            seconds: 5
        );

        Assert.True(copy > 1);
    }

    [Theory]
    [MemberData(nameof(Hellos))]
    public async Task Hello_WhileMediaFlows_IsNotAnsweredAndMediaGoesOn(string kind)
    {
        await using var harness = new NodeHarness();
        using var spoofing = new SpoofingSocket();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "No publisher connected.");
        var viewer = await harness.PlayAsync();
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 10, "The viewer did not start.");
        // Until the last repeats of the handshake are through.
        harness.RunFor(0.3);
        var handshaken = viewer.HandshakeDatagrams + publisher.HandshakeDatagrams;
        foreach (var client in (SocketClient[])[publisher, viewer])
        {
            for (var copy = 0; copy < Copies; copy++)
            {
                spoofing.Send(client.Local, harness.Node.Candidates[0], Hello(kind, copy));
            }
        }

        var before = video.CompleteFrames;
        harness.RunUntil(() => video.CompleteFrames >= before + 30, "Media stopped.");
        Assert.Equal(handshaken, viewer.HandshakeDatagrams + publisher.HandshakeDatagrams);
        Assert.Equal(PeerState.Connected, viewer.Client.Peer.Transport.State);
        Assert.Equal((1, 1), (harness.Node.Report().Publishers, harness.Node.Report().Players));
    }

    private static byte[] Hello(string kind, int copy)
    {
        switch (kind)
        {
            case "null cipher":
                return NullCipherHello;
            case "junk":
                var junk = new byte[100 + copy];
                Prng.FromNumber((ulong)copy).Fill(junk);
                // A record and a message whose lengths are right, so that only its content is junk.
                byte[] header = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0];
                byte[] message = [1, 0, 0, (byte)(junk.Length - 25), 0, 0, 0, 0, 0, 0, 0];
                header.CopyTo(junk, 0);
                junk[11] = 0;
                junk[12] = (byte)(junk.Length - 13);
                message.CopyTo(junk, 13);
                junk[24] = (byte)(junk.Length - 25);
                return junk;
            default:
                return Vectors.Load("dtls/chrome156-hello.txt")[copy % 2 == 0 ? "first" : "second"];
        }
    }

    private static void AssertSilent(NodeHarness harness)
    {
        foreach (var shard in harness.Node.Shards)
        {
            Assert.Equal(0, shard.Stats.Sent);
            Assert.Equal(0, shard.Stats.Faults);
        }
    }

    private static long Dropped(NodeHarness harness)
    {
        long total = 0;
        foreach (var shard in harness.Node.Shards)
        {
            total += shard.Stats.Drops[(int)ShardDrop.UnknownSource];
        }

        return total;
    }

    private static long Allocated(NodeHarness harness)
    {
        long total = 0;
        foreach (var shard in harness.Node.Shards)
        {
            total += shard.Stats.AllocatedBytes;
        }

        return total;
    }
}
