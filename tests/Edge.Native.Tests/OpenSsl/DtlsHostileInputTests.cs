using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Testing;
using Xunit;

namespace Edge.Native.Tests.OpenSsl;

/// <summary>Forged and broken input at every step of a handshake and after it (R3).</summary>
public sealed class DtlsHostileInputTests
{
    /// <summary>The ClientHello of advisory ES2023-01: it offers TLS_NULL only.</summary>
    private static readonly byte[] AdvisoryHello = Convert.FromBase64String(
        "Fv7/AAAAAAAAAAAAfAEAAHAAAAAAAAAAcP79AAAAAG4HCVaUNVbYVmxuqdn2WyCgtTijhZ+WheP/+H4AAAACAAABAABE"
            + "ABcAAP8BAAEAAAoACAAGAB0AFwAYAAsAAgEAACMAAAANABQAEgQDCAQEAQUDCAUFAQgGBgECAQAOAAkABgABAAgABwA="
    );

    public static TheoryData<string> Forgeries =>
        [
            "advisory hello",
            "fatal alert",
            "close_notify",
            "warning alert",
            "application data",
            "early change_cipher_spec",
            "hello request",
            "finished in the clear",
            "protected junk",
            "protected alert",
            "short",
            "length beyond",
            "DTLS 1.3 record",
        ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Handshake_ForgeryAtEveryStepToServer_Completes(string kind) =>
        CompletesWithForgery(Forge(kind), toServer: true);

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Handshake_ForgeryAtEveryStepToClient_Completes(string kind) =>
        CompletesWithForgery(Forge(kind), toServer: false);

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Connected_Forgeries_ChangeNothing(string kind) =>
        StaysConnected(kind, isReduced: false);

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void Reduced_Forgeries_ChangeNothing(string kind) =>
        StaysConnected(kind, isReduced: true);

    private static void StaysConnected(string kind, bool isReduced)
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.RunUntil(p => p.IsConnected).RunFor(100);
        if (isReduced)
        {
            pair.Client.HandleKeysUsed();
            pair.Server.HandleKeysUsed();
        }

        var sent = pair.Sent.Count;
        for (var round = 0; round < 300; round++)
        {
            pair.Deliver(toServer: true, Forge(kind));
            pair.Deliver(toServer: false, Forge(kind));
        }

        pair.RunFor(1000);
        Assert.True(pair.IsConnected);
        Assert.Equal(sent, pair.Sent.Count);

        pair.Client.Close(pair.Now);
        pair.Drain();
        pair.RunFor(100);
        Assert.Equal(DtlsState.Closed, pair.Server.State);
    }

    /// <summary>The advisory's ClientHello at each millisecond from before the handshake to after it; no
    /// alert ever goes to the victim.</summary>
    [Fact]
    public void Handshake_AdvisoryHelloAtEachMillisecond_Completes()
    {
        for (var millisecond = 0; millisecond < 40; millisecond++)
        {
            using var pair = DtlsFixture.Pair().Start();
            pair.RunFor(millisecond);
            pair.Deliver(toServer: true, AdvisoryHello);
            pair.RunUntil(p => p.IsConnected);

            Assert.True(pair.IsConnected, $"at {millisecond} ms");
            Assert.DoesNotContain(pair.Sent, sent => sent.Datagram[0] == 21);
        }
    }

    [Fact]
    public void Handshake_FloodOfAdvisoryHellos_Completes()
    {
        using var pair = DtlsFixture.Pair();
        pair.BeforeDelivery = (p, toServer) =>
        {
            for (var count = 0; toServer && count < 50; count++)
            {
                p.Server.HandleDatagram(AdvisoryHello, p.Now);
            }
        };
        pair.Start().RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
        Assert.DoesNotContain(pair.Sent, sent => sent.Datagram[0] == 21);
    }

    /// <summary>A valid ClientHello of somebody else, at each step: the peer's own handshake completes.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(17)]
    public void Handshake_ValidHelloOfAnother_Completes(int millisecond)
    {
        using var pair = DtlsFixture.Pair();
        // What answers the other's hello does not reach the client: it has not begun, or waits elsewhere.
        var isOther = false;
        pair.Link = (toServer, _) => isOther ? [] : [TimeSpan.Zero];
        pair.Start().RunFor(millisecond);
        isOther = true;
        pair.Deliver(toServer: true, HelloOfAnother());
        isOther = false;
        pair.RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
        Assert.True(pair.Now < Instant.FromMilliseconds(1500), pair.Now.ToString());
    }

    [Fact]
    public void Handshake_FragmentOfALongHelloFirst_Completes()
    {
        using var pair = DtlsFixture.Pair();
        var fragment = HelloOfAnother()[..100];
        // Message length 4000, fragment length 75: a message that never gets complete.
        fragment[12] = 87;
        fragment[11] = 0;
        fragment[14] = 0;
        fragment[15] = 15;
        fragment[16] = 160;
        fragment[23] = 0;
        fragment[24] = 75;
        pair.Server.Start(pair.Now);
        pair.Server.HandleDatagram(fragment, pair.Now);
        pair.RunFor(10);
        pair.Start().RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
        Assert.True(pair.Now < Instant.FromMilliseconds(1500), pair.Now.ToString());
    }

    /// <summary>The peer's own bytes once more, with changed bits, right behind each delivery: whoever is
    /// not ahead of the peer changes nothing.</summary>
    [Fact]
    public void Handshake_ChangedCopiesBehindTheOriginals_Completes() =>
        Seeds.Check(
            random =>
            {
                using var pair = DtlsFixture.Pair();
                pair.AfterDelivery = (p, toServer) =>
                {
                    var victim = toServer ? p.Server : p.Client;
                    victim.HandleDatagram(Mutate(p, toServer, random), p.Now);
                };
                pair.Start().RunUntil(p => p.IsConnected);

                Assert.True(pair.IsConnected, $"{pair.Client.State} {pair.Server.State}");
            },
            rounds: 60
        );

    /// <summary>Records in the clear with the highest number there is: what follows is not held for old.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Handshake_HighestRecordNumberInTheClear_Completes(bool toServer)
    {
        using var pair = DtlsFixture.Pair();
        pair.AfterDelivery = (p, isServers) =>
        {
            if (isServers != toServer)
            {
                return;
            }

            // To the server a message older than the one it waits for, to the client its own last again.
            byte[] forged = toServer
                ? Record(22, 0, [16, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0])
                : [.. p.Sent.Last(sent => !sent.ToServer).Datagram];
            forged.AsSpan(5, 6).Fill(0xFF);
            (toServer ? p.Server : p.Client).HandleDatagram(forged, p.Now);
        };
        pair.Start().RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected, $"{pair.Client.State} {pair.Server.State}");
        Assert.True(pair.Now < Instant.FromMilliseconds(1500), pair.Now.ToString());
    }

    /// <summary>Changed bits in everything, ahead of its delivery: it ends connected or failed, and never
    /// throws.</summary>
    [Fact]
    public void Handshake_RandomChanges_EndsConnectedOrFailed()
    {
        var connectedCount = 0;
        Seeds.Check(
            random =>
            {
                using var pair = DtlsFixture.Pair();
                pair.BeforeDelivery = (p, toServer) =>
                {
                    var victim = toServer ? p.Server : p.Client;
                    victim.HandleDatagram(Mutate(p, toServer, random), p.Now);
                };
                pair.Start().RunUntil(p => p.IsConnected, withinMs: 30_000);

                connectedCount += pair.IsConnected ? 1 : 0;
                Assert.Contains(pair.Client.State, new[] { DtlsState.Connected, DtlsState.Failed });
                Assert.Contains(pair.Server.State, new[] { DtlsState.Connected, DtlsState.Failed });
                Assert.DoesNotContain(
                    pair.ServerEvents.Concat(pair.ClientEvents),
                    occurred => occurred.Failure == DtlsFailure.FingerprintMismatch
                );
            },
            rounds: 60
        );

        // Whoever is ahead of the peer with its own bytes altered wins against DTLS 1.2 when he hits a
        // message that only a later one authenticates (NOTES.md, "Ahead of the peer"); with four altered
        // bytes in each datagram a third survives, and that some do shows that the rest does no harm.
        Console.Error.WriteLine($"{connectedCount} of 60 connected");
        Assert.True(connectedCount >= 5, $"{connectedCount} of 60 connected");
    }

    private static byte[] Mutate(DtlsPair pair, bool toServer, Prng random)
    {
        var candidates = pair.Sent.Where(sent => sent.ToServer == toServer).ToList();
        var datagram = (byte[])candidates[random.NextInt32(candidates.Count)].Datagram.Clone();
        for (var count = 1 + random.NextInt32(4); count > 0; count--)
        {
            datagram[random.NextInt32(datagram.Length)] = (byte)random.NextInt32(256);
        }

        return datagram;
    }

    private static void CompletesWithForgery(byte[] forged, bool toServer)
    {
        using var pair = DtlsFixture.Pair();
        pair.BeforeDelivery = (p, _) =>
            (toServer ? p.Server : p.Client).HandleDatagram(forged, p.Now);
        pair.Start();
        pair.Deliver(toServer, forged);
        pair.RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected, $"{pair.Client.State} {pair.Server.State}");
        Assert.True(pair.Now < Instant.FromMilliseconds(2000), pair.Now.ToString());
        Assert.DoesNotContain(pair.Sent, sent => sent.Datagram[0] == 21);
    }

    private static byte[] HelloOfAnother()
    {
        using var other = DtlsFixture.Pair();
        other.Client.Start(Instant.Zero);
        var buffer = new byte[1500];
        return buffer[..other.Client.PollTransmit(buffer)];
    }

    private static byte[] Forge(string kind) =>
        kind switch
        {
            "advisory hello" => AdvisoryHello,
            "fatal alert" => Record(21, 0, [2, 40]),
            "close_notify" => Record(21, 0, [1, 0]),
            "warning alert" => Record(21, 0, [1, 41]),
            "application data" => Record(23, 0, new byte[40]),
            "early change_cipher_spec" => Record(20, 0, [1]),
            "hello request" => Record(22, 0, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            "finished in the clear" => Record(
                22,
                0,
                [20, 0, 0, 12, 0, 1, 0, 0, 0, 0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
            ),
            "protected alert" => Record(21, 1, new byte[26]),
            "protected junk" => Record(22, 1, new byte[60]),
            "short" => [22, 0xFE, 0xFD, 0, 0],
            "length beyond" => [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0xFF, 0xFF, 1, 2, 3],
            _ => [0x2F, 0, 1, 0, 30, .. new byte[30]],
        };

    /// <summary>A record whose sequence number no peer has used.</summary>
    private static byte[] Record(byte type, byte epoch, byte[] fragment) =>
        [type, 0xFE, 0xFD, 0, epoch, 0, 0, 0, 0, 0, 77, 0, (byte)fragment.Length, .. fragment];
}
