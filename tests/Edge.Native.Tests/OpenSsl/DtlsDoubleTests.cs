using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Testing;
using Xunit;

namespace Edge.Native.Tests.OpenSsl;

/// <summary>The seeded double behaves towards an association as libssl does.</summary>
public sealed class DtlsDoubleTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(50)]
    public void Handshake_Loss_ConnectsWithTheSameKeys(int percent) =>
        Seeds.Check(
            random =>
            {
                using var pair = DtlsFixture.Pair(
                    new DtlsDouble(random.Fork()),
                    new DtlsDouble(random.Fork())
                );
                pair.Link = (_, _) => random.NextInt32(100) < percent ? [] : [TimeSpan.Zero];
                pair.Start().RunUntil(p => p.IsConnected);

                Assert.True(pair.IsConnected);
                Assert.Equal(pair.Client.Keys!.LocalKey, pair.Server.Keys!.RemoteKey);
                Assert.Equal(pair.Client.Keys!.RemoteSalt, pair.Server.Keys!.LocalSalt);
                Assert.All(pair.Sent, sent => Assert.Equal(22, sent.Datagram[0]));
            },
            rounds: 50
        );

    [Fact]
    public void Close_Connected_PeerHearsIt()
    {
        using var pair = DtlsFixture.Pair(
            new DtlsDouble(Prng.FromNumber(1)),
            new DtlsDouble(Prng.FromNumber(2))
        );
        pair.Start().RunUntil(p => p.IsConnected);
        pair.Client.Close(pair.Now);
        pair.Drain();
        pair.RunFor(100);

        Assert.Equal(DtlsState.Closed, pair.Server.State);
    }

    /// <summary>With record ciphers either end goes on without the engine, or with it, and both understand each other.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Close_WithRecordCiphers_PeerHearsIt(bool clientLetsGo, bool serverLetsGo)
    {
        using var pair = DtlsFixture.Pair(Create(1), Create(2));
        pair.Start().RunUntil(p => p.IsConnected);
        if (clientLetsGo)
        {
            pair.Client.HandleKeysUsed();
        }

        if (serverLetsGo)
        {
            pair.Server.HandleKeysUsed();
        }

        pair.Client.Close(pair.Now);
        pair.Drain();
        pair.RunFor(100);

        Assert.Equal(DtlsState.Closed, pair.Server.State);

        static DtlsDouble Create(ulong seed) =>
            new(Prng.FromNumber(seed)) { RecordCiphers = OpenSslSrtpCipherFactory.Instance };
    }

    [Fact]
    public void Handshake_SameSeeds_SameBytes()
    {
        var first = Run();
        var second = Run();

        Assert.Equal(first, second);

        static List<byte[]> Run()
        {
            using var pair = DtlsFixture.Pair(
                new DtlsDouble(Prng.FromNumber(1)),
                new DtlsDouble(Prng.FromNumber(2))
            );
            pair.Start().RunUntil(p => p.IsConnected);
            return [.. pair.Sent.Select(sent => sent.Datagram)];
        }
    }
}
