using System.Buffers;
using System.Text;
using Edge.Bus.Nats;
using Edge.Processes;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.Nats;

/// <summary>What is read and written beside the client library.</summary>
public sealed class NatsWireTests
{
    [Theory]
    [InlineData("a.b", null, "", "PUB a.b 0\r\n\r\n")]
    [InlineData("a.b", null, "hello", "PUB a.b 5\r\nhello\r\n")]
    [InlineData("a", "_INBOX.x.1", "hello", "PUB a _INBOX.x.1 5\r\nhello\r\n")]
    public void Rent_EachMessage_IsAFrame(
        string subject,
        string? replyTo,
        string payload,
        string expected
    )
    {
        var buffer = NatsFrame.Rent(
            subject,
            Encoding.ASCII.GetBytes(payload),
            replyTo,
            out var length
        );

        Assert.Equal(expected, Encoding.ASCII.GetString(buffer, 0, length));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Whoever wants to write to what is closed just then holds up nobody who closes it, or writes.</summary>
    [Fact]
    public void TryEnter_ClosedSocket_LeavesItToOthers()
    {
        var socket = new NatsSocket(new Uri("nats://127.0.0.1:4222"), tls: null, "test");
        socket.Abort();

        Assert.Throws<ObjectDisposedException>(() => socket.TryEnter(subscriptions: 0));

        var closing = new Thread(socket.Abort) { IsBackground = true };
        closing.Start();
        Assert.True(closing.Join(Patience.Longest), "It is held.");
    }

    [Fact]
    public void Rent_LongestOfEverything_Fits()
    {
        var subject = new string('s', BusSubject.LengthMax);
        var payload = new byte[8 * 1024 * 1024];

        var buffer = NatsFrame.Rent(subject, payload, subject, out var length);

        Assert.Equal(
            $"PUB {subject} {subject} {payload.Length}\r\n".Length + payload.Length + 2,
            length
        );
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>However the library cuts what it writes, only whole subscriptions count, and messages only come
    /// between lines.</summary>
    [Fact]
    public void Note_LinesInRandomPieces_CountsSubscriptions() =>
        Seeds.Check(
            random =>
            {
                var lines = new NatsLines();
                var text = new StringBuilder();
                var expected = 0;
                for (var line = 0; line < 20; line++)
                {
                    var kind = random.NextInt32(4);
                    expected += kind == 0 ? 1 : 0;
                    text.Append(
                        kind switch
                        {
                            0 => "SUB a.SUB.b 17\r\n",
                            1 => "PING\r\n",
                            2 => "UNSUB 17\r\n",
                            _ => "CONNECT {\"name\":\"SUB \"}\r\n",
                        }
                    );
                }

                var bytes = Encoding.ASCII.GetBytes(text.ToString());
                for (var offset = 0; offset < bytes.Length; )
                {
                    var length = Math.Min(1 + random.NextInt32(30), bytes.Length - offset);
                    lines.Note(bytes.AsSpan(offset, length));
                    offset += length;
                    Assert.Equal(bytes[offset - 1] == (byte)'\n', lines.IsAtLineStart);
                }

                Assert.Equal(expected, lines.Subscriptions);
            },
            rounds: 200
        );

    [Theory]
    [InlineData("""{"server_id":"x"}""", false, null)]
    [InlineData("""{"tls_required":false}""", false, null)]
    [InlineData("""{"tls_available":true}""", false, null)]
    [InlineData("""{"tls_required":true}""", true, null)]
    [InlineData("""{"tls_available":true,"tls_required":false}""", true, null)]
    [InlineData("""{"tls_required":true}""", false, "The server requires TLS.")]
    [InlineData("""{"server_id":"x"}""", true, "The server does not support TLS.")]
    [InlineData("""{"x":{"tls_required":true}}""", true, "The server does not support TLS.")]
    [InlineData("""{"tls_required":"true"}""", true, "The server does not support TLS.")]
    [InlineData("""{"tls_required":tru""", true, "The server does not speak NATS.")]
    [InlineData("", false, "The server does not speak NATS.")]
    public void Read_FirstLine_AgreesAboutTlsOrSaysWhyNot(string json, bool useTls, string? problem)
    {
        var line = $"INFO {json}\r\n";
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes($"{line}\u0016next"));
        if (problem is not null)
        {
            var error = Assert.Throws<InvalidDataException>(() => NatsHello.Read(stream, useTls));
            Assert.Equal(problem, error.Message);
            return;
        }

        var read = NatsHello.Read(stream, useTls);

        Assert.Equal(line, Encoding.ASCII.GetString(read.Span));
        Assert.Equal(line.Length, stream.Position);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("info {}\r\n")]
    [InlineData("\n")]
    public void Read_AnotherProtocol_IsSaid(string line)
    {
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(line));

        Assert.Throws<InvalidDataException>(() => NatsHello.Read(stream, useTls: false));
    }

    [Fact]
    public void Read_LineWithoutEnd_IsBounded()
    {
        using var stream = new MemoryStream(new byte[1_000_000]);

        Assert.Throws<InvalidDataException>(() => NatsHello.Read(stream, useTls: false));
        Assert.InRange(stream.Position, 1, 100_000);
    }

    /// <summary>Whatever comes, it is taken or refused, in the two ways that callers expect.</summary>
    [Fact]
    public void Read_RandomBytes_TakenOrRefused() =>
        Seeds.Check(
            random =>
            {
                var bytes = new byte[random.NextInt32(200)];
                random.Fill(bytes);
                "INFO {"u8.CopyTo(bytes.Length > 6 ? bytes : new byte[6]);
                using var stream = new MemoryStream(bytes);
                var error = Record.Exception(() => NatsHello.Read(stream, useTls: false));
                Assert.True(error is null or InvalidDataException or EndOfStreamException);
            },
            rounds: 1000
        );
}
