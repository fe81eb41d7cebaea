using System.Buffers.Binary;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Testing;
using Xunit;

namespace Edge.Native.Tests.OpenSsl;

/// <summary>A browser's post-quantum ClientHello, which needs two datagrams (RFC 6347 §4.2.3), delivered as
/// networks do. The browser's keys are its own: what is checked is that, and how, it is answered; whole
/// handshakes with the browser are in EndToEnd.Tests.</summary>
public sealed class DtlsBrowserHelloTests
{
    private const int RecordHeaderBytes = 13;
    private const int MessageHeaderBytes = 12;
    private const int RecordNumberOffset = 3;
    private const byte ServerHello = 2;

    private static readonly Vectors Hello = Vectors.Load("dtls/chrome156-hello.txt");

    [Theory]
    [InlineData("01")]
    [InlineData("10")]
    [InlineData("0011")]
    [InlineData("1100")]
    [InlineData("1010")]
    [InlineData("0110")]
    public void Hello_AnyOrderAndCopies_IsAnsweredOnce(string order)
    {
        using var server = Server();
        foreach (var fragment in order)
        {
            server.HandleDatagram(Fragment(fragment, resent: 0), Now);
        }

        AssertAnswered(server, Drain(server));
    }

    /// <summary>What is lost comes again 50 to 100 ms later, with the other and under new record numbers.</summary>
    [Theory]
    [InlineData("0", "01")]
    [InlineData("1", "01")]
    [InlineData("0", "10")]
    [InlineData("1", "10")]
    [InlineData("0", "1")]
    [InlineData("1", "0")]
    [InlineData("", "01")]
    public void Hello_OneLost_IsAnsweredWhenItIsResent(string arrived, string resent)
    {
        using var server = Server();
        foreach (var fragment in arrived)
        {
            server.HandleDatagram(Fragment(fragment, resent: 0), Now);
        }

        Assert.Empty(Drain(server));
        server.HandleTimeout(Now + TimeSpan.FromMilliseconds(100));
        Assert.Empty(Drain(server));
        foreach (var fragment in resent)
        {
            server.HandleDatagram(Fragment(fragment, resent: 1), Now);
        }

        AssertAnswered(server, Drain(server));
    }

    [Fact]
    public void Hello_HalfAfterHalfForEver_IsNeverAnswered()
    {
        using var server = Server();
        for (byte resent = 0; resent < 20; resent++)
        {
            server.HandleDatagram(Fragment('0', resent), Now);
            Assert.Empty(Drain(server));
        }

        Assert.Equal(DtlsState.Handshaking, server.State);
        Assert.Equal(0, server.Stats.EnginesFailed);
    }

    /// <summary>Another one's whole ClientHello between the two halves does not take the first half away.</summary>
    [Fact]
    public void Hello_OfAnotherBetweenTheHalves_BothAreAnswered()
    {
        using var server = Server();
        server.HandleDatagram(Fragment('0', resent: 0), Now);
        server.HandleDatagram(HelloOfAnother(), Now);
        AssertAnswered(server, Drain(server));
        server.HandleDatagram(Fragment('1', resent: 0), Now);

        AssertAnswered(server, Drain(server));
    }

    private static Instant Now { get; } = Instant.FromMilliseconds(1000);

    private static DtlsAssociation Server()
    {
        var server = new DtlsAssociation(
            DtlsFixture.Engines,
            DtlsRole.Server,
            DtlsFixture.Expect(DtlsFixture.PeerEngines),
            DtlsOptions.Default,
            OpenSslSrtpCipherFactory.Instance
        );
        server.Start(Now);
        return server;
    }

    private static byte[] Fragment(char which, byte resent)
    {
        var datagram = Hello[which == '0' ? "first" : "second"];
        var number = BinaryPrimitives.ReadUInt64BigEndian(datagram.AsSpan(RecordNumberOffset));
        BinaryPrimitives.WriteUInt64BigEndian(
            datagram.AsSpan(RecordNumberOffset),
            number + (2UL * resent)
        );
        return datagram;
    }

    private static byte[] HelloOfAnother()
    {
        using var client = DtlsFixture.PeerEngines.Create(DtlsRole.Client);
        client.Start();
        var buffer = new byte[1500];
        return buffer[..client.PollTransmit(buffer)];
    }

    /// <summary>The server's flight begins with a ServerHello of DTLS 1.2 and the suite that we prefer.</summary>
    private static void AssertAnswered(DtlsAssociation server, List<byte[]> sent)
    {
        Assert.InRange(sent.Count, 1, 4);
        Assert.All(sent, datagram => Assert.InRange(datagram.Length, RecordHeaderBytes, 1200));
        var message = sent[0].AsSpan(RecordHeaderBytes);
        Assert.Equal(ServerHello, message[0]);
        var body = message[MessageHeaderBytes..];
        Assert.Equal(0xFEFD, BinaryPrimitives.ReadUInt16BigEndian(body));
        var suite = body[(2 + 32 + 1 + body[2 + 32])..];
        Assert.Equal(0xC02B, BinaryPrimitives.ReadUInt16BigEndian(suite));
        Assert.Single(sent, datagram => datagram[RecordHeaderBytes] == ServerHello);
        Assert.Equal(DtlsState.Handshaking, server.State);
        Assert.Equal(0, server.Stats.EnginesFailed);
    }

    private static List<byte[]> Drain(DtlsAssociation server)
    {
        var sent = new List<byte[]>();
        var buffer = new byte[1500];
        int length;
        while ((length = server.PollTransmit(buffer)) > 0)
        {
            sent.Add(buffer[..length]);
        }

        return sent;
    }
}
