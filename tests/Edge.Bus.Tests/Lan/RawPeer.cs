using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Edge.Bus.Lan;
using Edge.Bus.Lan.Handshakes;
using Edge.Bus.Lan.Records;
using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>A peer of a bus that a test plays itself, byte by byte: it has a socket and no threads, so it reads and says
/// nothing that it is not told to.</summary>
internal sealed class RawPeer : IDisposable
{
    /// <summary>Its name: smaller than those of buses, so that it is the one to connect.</summary>
    public const string Name = "a";

    private readonly Socket _socket;
    private readonly Queue<(FrameKind Kind, byte[] Body)> _frames = new();
    private readonly HandshakeParty _party;
    private RecordSealer? _sealer;
    private RecordOpener? _opener;

    private RawPeer(Socket socket, in HandshakeParty party)
    {
        _socket = socket;
        _party = party;
    }

    /// <summary>A peer that says which life it is and how often something comes of it. One that a test plays says nothing of
    /// it, where nothing else is said: it is of a version that did not.</summary>
    public static HandshakeParty Signing { get; } =
        HandshakeParty.Of(Name) with
        {
            Life = 7,
            SignMs = 10,
        };

    /// <summary>How many records without anything in them it has read.</summary>
    public int Signs { get; private set; }

    /// <summary>Connects a socket and says nothing.</summary>
    /// <param name="bus">With whom.</param>
    /// <param name="receiveBytes">What the kernel keeps for a peer that does not read.</param>
    /// <param name="party">What it says of itself.</param>
    public static RawPeer Open(LanBus bus, int? receiveBytes = null, HandshakeParty? party = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Patience.Longest.TotalMilliseconds,
        };
        if (receiveBytes is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        socket.Connect(bus.Address);
        return new RawPeer(socket, party ?? HandshakeParty.Of(Name));
    }

    /// <summary>Makes a bus's peer of it: handshake, subscriptions, all.</summary>
    public static RawPeer Join(
        LanBus bus,
        string busName,
        int? receiveBytes = null,
        HandshakeParty? party = null
    )
    {
        bus.SetPeers([new LanPeer(Name, new(IPAddress.Loopback, port: 1))]);
        var peer = Open(bus, receiveBytes, party);
        peer.Shake(busName);
        return peer;
    }

    /// <summary>A hello of a handshake of its own.</summary>
    public static DiallerHandshake Hello(
        string busName,
        LanKey? key = null,
        HandshakeParty? party = null
    ) =>
        new(
            party ?? HandshakeParty.Of(Name),
            busName,
            key ?? LanBuses.Key,
            RandomNumberGenerator.GetBytes(Envelope.NonceBytes)
        );

    /// <summary>The handshake, and a first record.</summary>
    public void Shake(string busName)
    {
        var handshake = Hello(busName, party: _party);
        SendBytes(handshake.Hello);
        Assert.Equal(
            HandshakeError.None,
            handshake.HandleAnswer(ReadBytes(Envelope.Bytes), out var secrets)
        );
        _sealer = new(new(secrets!.Sending));
        _opener = new(new(secrets.Receiving));
        SendFrames([]);
    }

    /// <summary>Says that it wants some patterns, and that these were all.</summary>
    public RawPeer Subscribe(params string[] patterns)
    {
        foreach (var pattern in patterns)
        {
            SendFrame(FrameKind.Subscribe, Encoding.Latin1.GetBytes(pattern));
        }

        SendFrame(FrameKind.Ready, []);
        return this;
    }

    /// <summary>Sends a record of one frame.</summary>
    public void SendFrame(FrameKind kind, byte[] body)
    {
        var frame = new byte[FrameFormat.Bytes(body.Length)];
        FrameFormat.Write(frame, kind, body);
        SendFrames(frame);
    }

    /// <summary>Sends a message.</summary>
    public void SendMessage(string subject, string payload, string replyTo = "")
    {
        var body = new byte[4 + subject.Length + replyTo.Length + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)subject.Length);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), (ushort)replyTo.Length);
        Encoding.Latin1.GetBytes(subject + replyTo + payload, body.AsSpan(4));
        SendFrame(FrameKind.Publish, body);
    }

    /// <summary>Sends a record of any frames.</summary>
    public void SendFrames(byte[] frames) => SendBytes(Seal(frames));

    /// <summary>Makes a record and does not send it.</summary>
    public byte[] Seal(byte[] frames)
    {
        var record = new byte[frames.Length + RecordFormat.OverheadBytes];
        frames.CopyTo(record, RecordFormat.LengthBytes);
        Assert.True(_sealer!.TrySeal(record));
        return record;
    }

    /// <summary>Sends bytes as they are; what the other side does not take any more is lost.</summary>
    public void SendBytes(ReadOnlySpan<byte> bytes) => _socket.Send(bytes, SocketFlags.None, out _);

    /// <summary>Says that nothing more comes.</summary>
    public void EndSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It was closed already, which is the other way to end.
        }
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public byte[] ReadBytes(int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count; )
        {
            var more = _socket.Receive(bytes.AsSpan(read));
            Assert.True(more > 0, "It has closed.");
            read += more;
        }

        return bytes;
    }

    /// <summary>Reads the next frame of a kind; others on the way are skipped.</summary>
    public byte[] ReadFrame(FrameKind kind)
    {
        while (true)
        {
            while (_frames.TryDequeue(out var frame))
            {
                if (frame.Kind == kind)
                {
                    return frame.Body;
                }
            }

            ReadRecord();
        }
    }

    /// <summary>Reads until there was a record without anything in it.</summary>
    public void ReadSign()
    {
        for (var before = Signs; Signs == before; )
        {
            ReadRecord();
        }
    }

    /// <summary>Reads the next message.</summary>
    public (string Subject, string ReplyTo, byte[] Payload) ReadMessage()
    {
        Assert.True(FrameFormat.TryReadPublish(ReadFrame(FrameKind.Publish), out var message));
        return (
            Encoding.Latin1.GetString(message.Subject),
            Encoding.Latin1.GetString(message.ReplyTo),
            message.Payload.ToArray()
        );
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>How many bytes there were.</returns>
    public int ReadToEnd()
    {
        var buffer = new byte[4096];
        var count = 0;
        while (true)
        {
            var read = _socket.Receive(buffer, SocketFlags.None, out var error);
            if (read == 0)
            {
                // An end or a reset; a time-out means that there is none.
                Assert.NotEqual(SocketError.TimedOut, error);
                Assert.NotEqual(SocketError.WouldBlock, error);
                return count;
            }

            count += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _sealer?.Dispose();
        _opener?.Dispose();
    }

    private void ReadRecord()
    {
        var length = ReadBytes(RecordFormat.LengthBytes);
        Assert.True(RecordOpener.TryReadLength(length, out var recordBytes));
        byte[] record = [.. length, .. ReadBytes(recordBytes - length.Length)];
        Assert.True(_opener!.TryOpen(record, out var frames));
        Signs += frames.IsEmpty ? 1 : 0;
        var reader = new FrameReader(frames);
        while (reader.TryRead(out var kind, out var body))
        {
            _frames.Enqueue((kind, body.ToArray()));
        }

        Assert.False(reader.IsBroken);
    }
}
