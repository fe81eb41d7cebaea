using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Xunit;

namespace Edge.Native.Tests.OpenSsl;

/// <summary>Handshakes between two associations on libssl, in memory and virtual time.</summary>
public sealed class DtlsHandshakeTests
{
    [Fact]
    public void Handshake_CleanLink_ConnectsWithTheSameKeys()
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
        AssertSameKeys(pair);
        Assert.Equal(SrtpProfile.AeadAes128Gcm, pair.Server.Keys!.Profile);
        Assert.Equal(DtlsEventKind.Connected, Assert.Single(pair.ServerEvents).Kind);
        Assert.Equal(DtlsEventKind.Connected, Assert.Single(pair.ClientEvents).Kind);
        Assert.Equal(0, pair.Server.Stats.FlightsRepeated);
        Assert.Equal(0, pair.Client.Stats.FlightsRepeated);
        Assert.All(pair.Sent, sent => Assert.InRange(sent.Datagram.Length, 1, 1200));
        Assert.Equal(Instant.Never, pair.Server.PollTimeout());
        Assert.Equal(Instant.Never, pair.Client.PollTimeout());
    }

    [Theory]
    [InlineData("SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm)]
    [InlineData("SRTP_AEAD_AES_256_GCM", SrtpProfile.AeadAes256Gcm)]
    [InlineData("SRTP_AES128_CM_SHA1_80", SrtpProfile.Aes128CmSha1Tag80)]
    public void Handshake_ClientOffersOneProfile_IsTaken(string name, SrtpProfile profile)
    {
        using var engines = new OpenSslDtlsEngineFactory(DtlsFixture.Certificate, name);
        using var pair = DtlsFixture.Pair(client: engines).Start();
        pair.RunUntil(p => p.IsConnected);

        AssertSameKeys(pair);
        Assert.Equal(profile, pair.Server.Keys!.Profile);
    }

    [Fact]
    public void Handshake_ClientOffersNoProfile_ConnectsWithoutKeys()
    {
        using var engines = new OpenSslDtlsEngineFactory(DtlsFixture.Certificate, null);
        using var pair = DtlsFixture.Pair(client: engines).Start();
        pair.RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
        Assert.Null(pair.Server.Keys);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(40)]
    [InlineData(50)]
    public void Handshake_LossReorderDuplicate_Connects(int percent) =>
        Seeds.Check(
            random =>
            {
                using var pair = DtlsFixture.Pair();
                pair.Link = (_, _) => Disturb(random, percent);
                pair.Start().RunUntil(p => p.IsConnected);

                Assert.True(pair.IsConnected, $"{pair.Client.State} {pair.Server.State}");
                AssertSameKeys(pair);
            },
            rounds: 25,
            test: $"{nameof(Handshake_LossReorderDuplicate_Connects)}{percent}"
        );

    [Fact]
    public void Handshake_FirstClientHelloLost_IsSentAgainAfter50Ms()
    {
        using var pair = DtlsFixture.Pair();
        var count = 0;
        pair.Link = (toServer, _) => toServer && count++ == 0 ? [] : [TimeSpan.Zero];
        pair.Start().RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
        Assert.Equal(TimeSpan.FromMilliseconds(50), pair.Sent[1].At - pair.Sent[0].At);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Handshake_PeerSilent_RepeatsAtDoublingTimesUntilTheDeadline(bool isClientHeard)
    {
        using var pair = DtlsFixture.Pair();
        pair.Link = (toServer, _) => toServer && isClientHeard ? [TimeSpan.Zero] : [];
        pair.Start().RunUntil(p => p.Server.State == DtlsState.Failed);

        var first = pair.Sent.First(sent => sent.ToServer != isClientHeard).At;
        var times = pair
            .Sent.Where(sent => sent.ToServer != isClientHeard)
            .Select(sent => (sent.At - first).TotalMilliseconds)
            .Distinct()
            .ToList();
        Assert.Equal([0, 50, 150, 350, 750, 1550, 2550, 3550], times.Take(8));
        Assert.InRange(times.Count, 20, 30);
        Assert.Equal(DtlsFailure.Timeout, Assert.Single(pair.ServerEvents).Failure);
        Assert.Equal(DtlsFailure.Timeout, Assert.Single(pair.ClientEvents).Failure);
    }

    [Fact]
    public void Handshake_FirstRepeats_CarryNewRecordNumbers()
    {
        using var pair = DtlsFixture.Pair();
        pair.Link = (_, _) => [];
        pair.Start().RunFor(1600);

        var numbers = pair.Sent.Select(sent => Convert.ToHexString(sent.Datagram, 5, 6)).ToList();
        Assert.Equal(6, numbers.Count);
        Assert.Equal(numbers.Count, numbers.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Handshake_LastFlightLost_ServerSendsItAgainWhenTheClientAsks()
    {
        using var pair = DtlsFixture.Pair();
        var fromServer = 0;
        pair.Link = (toServer, _) => !toServer && ++fromServer is 2 or 3 ? [] : [TimeSpan.Zero];
        pair.Start().RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
        Assert.True(fromServer > 3);
    }

    [Fact]
    public void Handshake_ServerCertificateOfAnother_FailsBeforeKeys()
    {
        using var client = new DtlsAssociation(
            DtlsFixture.PeerEngines,
            DtlsRole.Client,
            DtlsFixture.Expect(DtlsFixture.PeerEngines),
            DtlsOptions.Default,
            OpenSslSrtpCipherFactory.Instance
        );
        using var server = new DtlsAssociation(
            DtlsFixture.Engines,
            DtlsRole.Server,
            DtlsFixture.Expect(DtlsFixture.Engines),
            DtlsOptions.Default,
            OpenSslSrtpCipherFactory.Instance
        );
        using var pair = new DtlsPair(client, server).Start();
        pair.RunUntil(p => p.Server.State == DtlsState.Failed);

        Assert.Equal(DtlsFailure.FingerprintMismatch, Assert.Single(pair.ServerEvents).Failure);
        Assert.Null(pair.Server.Keys);
        Assert.Null(pair.Client.Keys);
        Assert.NotEqual(DtlsState.Connected, pair.Client.State);
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(4096)]
    public void Handshake_RsaClientCertificate_IsAcceptedByFingerprint(int bits)
    {
        using var key = RSA.Create(bits);
        var request = new CertificateRequest(
            "CN=client",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        // Long expired: WebRTC does not look at the dates.
        var past = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var made = request.CreateSelfSigned(past, past.AddDays(1));
        var certificate = new DtlsCertificate(made.RawData, key.ExportPkcs8PrivateKey());
        using var engines = new OpenSslDtlsEngineFactory(certificate);
        using var pair = DtlsFixture.Pair(client: engines).Start();
        pair.RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
        AssertSameKeys(pair);
    }

    [Theory]
    [InlineData("sha-1")]
    [InlineData("sha-384")]
    [InlineData("sha-512")]
    public void Handshake_FingerprintOfAnotherHash_Matches(string algorithm)
    {
        var der = DtlsFixture.Certificate.Certificate;
        var digest = algorithm switch
        {
            "sha-384" => SHA384.HashData(der),
            "sha-512" => SHA512.HashData(der),
#pragma warning disable CA5350 // The fingerprint of RFC 8122 §5, not a signature.
            _ => SHA1.HashData(der),
#pragma warning restore CA5350
        };
        var fingerprint = new CertificateFingerprint(
            algorithm,
            BitConverter.ToString(digest).Replace('-', ':')
        );
        var wrong = DtlsFixture.PeerEngines.LocalFingerprint;
        using var client = new DtlsAssociation(
            DtlsFixture.PeerEngines,
            DtlsRole.Client,
            [wrong, fingerprint],
            DtlsOptions.Default,
            OpenSslSrtpCipherFactory.Instance
        );
        using var server = new DtlsAssociation(
            DtlsFixture.Engines,
            DtlsRole.Server,
            DtlsFixture.Expect(DtlsFixture.PeerEngines),
            DtlsOptions.Default,
            OpenSslSrtpCipherFactory.Instance
        );
        using var pair = new DtlsPair(client, server).Start();
        pair.RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_Connected_PeerHearsIt(bool isClient)
    {
        using var pair = DtlsFixture.Pair().Start();
        pair.RunUntil(p => p.IsConnected).RunFor(20);
        (isClient ? pair.Client : pair.Server).Close(pair.Now);
        pair.Drain();
        pair.RunFor(50);

        Assert.Equal(DtlsState.Closed, pair.Client.State);
        Assert.Equal(DtlsState.Closed, pair.Server.State);
        var events = isClient ? pair.ServerEvents : pair.ClientEvents;
        Assert.Equal(DtlsEventKind.ClosedByPeer, events[^1].Kind);
    }

    [Fact]
    public void HandleKeysUsed_BeforeTheHandshake_ChangesNothing()
    {
        using var pair = DtlsFixture.Pair();
        pair.Server.HandleKeysUsed();
        pair.Start();
        pair.Client.HandleKeysUsed();
        pair.RunUntil(p => p.IsConnected);

        Assert.True(pair.IsConnected);
    }

    private static TimeSpan[] Disturb(Prng random, int percent)
    {
        if (random.NextInt32(100) < percent)
        {
            return [];
        }

        var copies = random.NextInt32(100) < percent ? 2 : 1;
        var delays = new TimeSpan[copies];
        for (var index = 0; index < copies; index++)
        {
            delays[index] = TimeSpan.FromMilliseconds(
                random.NextInt32(100) < percent ? random.NextInt32(40) : 0
            );
        }

        return delays;
    }

    private static void AssertSameKeys(DtlsPair pair)
    {
        var client = pair.Client.Keys!;
        var server = pair.Server.Keys!;
        Assert.Equal(client.Profile, server.Profile);
        Assert.Equal(client.LocalKey, server.RemoteKey);
        Assert.Equal(client.LocalSalt, server.RemoteSalt);
        Assert.Equal(client.RemoteKey, server.LocalKey);
        Assert.Equal(client.RemoteSalt, server.LocalSalt);
        Assert.False(client.LocalKey.SequenceEqual(client.RemoteKey));
    }
}
