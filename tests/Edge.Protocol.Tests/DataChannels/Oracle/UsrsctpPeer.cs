using System.Buffers.Binary;
using System.Diagnostics;
using Edge.Primitives;
using Edge.Testing;
using Edge.Testing.Network;

namespace Edge.Protocol.Tests.DataChannels.Oracle;

/// <summary>usrsctp in a process of its own as a simulated host: it lives in virtual time.</summary>
internal sealed class UsrsctpPeer : ISimulatedEndpoint, IDisposable
{
    /// <summary>usrsctp's own tick.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly NetworkAddress _peer;
    private readonly Process _process;
    private readonly Queue<byte[]> _packets = new();
    private Instant _now = Instant.FromMilliseconds(1000);
    private Instant _nextTick = Instant.FromMilliseconds(1010);
    private int _result;

    public UsrsctpPeer(NetworkAddress peer, bool isActive)
    {
        _peer = peer;
        _process = Process.Start(
            new ProcessStartInfo(UsrsctpBuild.Program)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        Ask('I', [isActive ? (byte)1 : (byte)0]);
    }

    public List<(ushort Stream, uint Protocol, byte[] Payload)> Messages { get; } = [];

    /// <summary>States of SCTP_ASSOC_CHANGE: 1 is up, 2 lost, 3 restarted, 4 shut down.</summary>
    public List<int> States { get; } = [];

    /// <summary>Flags and streams of reset events; flag 1 is the peer's direction, 2 its own.</summary>
    public List<(int Flags, ushort Stream)> Resets { get; } = [];

    public bool IsConnected => States.Contains(1);

    /// <summary>Sends a message; 0 when it was taken, else the error number.</summary>
    public int Send(
        ushort stream,
        uint protocol,
        byte[] bytes,
        bool isUnordered = false,
        UsrsctpPolicy policy = UsrsctpPolicy.None,
        uint value = 0
    )
    {
        var payload = new byte[12 + bytes.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(payload, stream);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(2), protocol);
        payload[6] = isUnordered ? (byte)1 : (byte)0;
        payload[7] = (byte)policy;
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(8), value);
        bytes.CopyTo(payload, 12);
        Ask('S', payload);
        return _result;
    }

    public int ResetStream(ushort stream)
    {
        var payload = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(payload, stream);
        Ask('R', payload);
        return _result;
    }

    public void Shutdown() => Ask('C', []);

    public void Abort() => Ask('A', []);

    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        _now = now;
        Ask('D', datagram);
    }

    public void HandleTimeout(Instant now)
    {
        _now = now;
        _nextTick = now + Tick;
        Ask('T', []);
    }

    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        _now = now;
        meta = new(_peer);
        if (!_packets.TryDequeue(out var packet))
        {
            return 0;
        }

        packet.CopyTo(destination);
        return packet.Length;
    }

    public Instant PollTimeout() => _nextTick;

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Ask(char kind, ReadOnlySpan<byte> payload)
    {
        var head = new byte[13];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(1), _now.Ticks / 10);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(9), payload.Length);
        var input = _process.StandardInput.BaseStream;
        input.Write(head);
        input.Write(payload);
        input.Flush();
        while (Take())
        {
            // Until the last answer.
        }
    }

    private bool Take()
    {
        var output = _process.StandardOutput.BaseStream;
        Span<byte> head = stackalloc byte[5];
        if (output.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
        {
            throw new TestingException($"usrsctp ended with {_process.ExitCode}.");
        }

        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(head[1..])];
        output.ReadExactly(body);
        switch ((char)head[0])
        {
            case 'd':
                _packets.Enqueue(body);
                return true;
            case 'm':
                Messages.Add(
                    (
                        BinaryPrimitives.ReadUInt16LittleEndian(body),
                        BinaryPrimitives.ReadUInt32LittleEndian(body.AsSpan(2)),
                        body[6..]
                    )
                );
                return true;
            case 'a':
                States.Add(BinaryPrimitives.ReadUInt16LittleEndian(body));
                return true;
            case 'x':
                TakeReset(body);
                return true;
            case 'r':
                _result = BinaryPrimitives.ReadInt32LittleEndian(body);
                return true;
            default:
                return false;
        }
    }

    private void TakeReset(ReadOnlySpan<byte> body)
    {
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(body);
        for (var rest = body[2..]; rest.Length >= 2; rest = rest[2..])
        {
            Resets.Add((flags, BinaryPrimitives.ReadUInt16LittleEndian(rest)));
        }
    }
}
