using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;

namespace Edge.Benchmarks.Micro;

/// <summary>What a publisher's packet of 1200 bytes costs before it is forwarded. None can be taken twice, so each round
/// has its own, written before it.</summary>
[Config(typeof(BenchmarkSettings))]
public class ReceiveBenchmarks
{
    /// <summary>Fewer than a window of replays.</summary>
    private const int Packets = 1000;
    private const int HeaderBytes = 12;
    private const int PacketBytes = 1200;

    private readonly byte[] _slots = new byte[Packets * PacketPool.SlotBytes];
    private readonly int[] _lengths = new int[Packets];
    private readonly byte[] _tail = new byte[PacketBytes - HeaderBytes];
    private PublishingPair? _pair;
    private SrtpSession? _sender;
    private SrtpSession? _receiver;
    private ushort _sequence;

    /// <summary>Connects, and makes two sessions that share keys.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _pair = new();
        _sender = Session(DtlsRole.Client);
        _receiver = Session(DtlsRole.Server);
    }

    /// <summary>Closes both.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _pair?.Dispose();
        _sender?.Dispose();
        _receiver?.Dispose();
    }

    /// <summary>Writes what is received.</summary>
    [IterationSetup(Target = nameof(Receive))]
    public void Publish()
    {
        _pair!.Settle();
        for (var index = 0; index < Packets; index++)
        {
            _lengths[index] = _pair.Write(Slot(index));
        }
    }

    /// <summary>All that a peer does: kind, keys, replay window, decryption, stream, statistics, what feedback will
    /// say.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void Receive()
    {
        for (var index = 0; index < Packets; index++)
        {
            if (!_pair!.Receive(Slot(index)[.._lengths[index]]))
            {
                throw new InvalidOperationException("A packet was not taken.");
            }
        }
    }

    /// <summary>Writes what is decrypted.</summary>
    [IterationSetup(Target = nameof(Unprotect))]
    public void Protect()
    {
        for (var index = 0; index < Packets; index++)
        {
            var slot = Slot(index);
            slot[..HeaderBytes].Clear();
            slot[0] = 0x80;
            BinaryPrimitives.WriteUInt16BigEndian(slot[2..], _sequence++);
            _lengths[index] = _sender!.ProtectRtp(slot, HeaderBytes, 0, _tail);
        }
    }

    /// <summary>The part of it that is SRTP's: AES-128-GCM, index and replay window.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void Unprotect()
    {
        for (var index = 0; index < Packets; index++)
        {
            var packet = Slot(index)[.._lengths[index]];
            if (_receiver!.UnprotectRtp(packet, out _) != SrtpError.None)
            {
                throw new InvalidOperationException("A packet was refused.");
            }
        }
    }

    private Span<byte> Slot(int index) =>
        _slots.AsSpan(index * PacketPool.SlotBytes, PacketPool.SlotBytes);

    private static SrtpSession Session(DtlsRole role)
    {
        const SrtpProfile Profile = SrtpProfile.AeadAes128Gcm;
        var exported = new byte[SrtpKeyingMaterial.ExportedBytes(Profile)];
        return new(SrtpKeyingMaterial.FromExporter(Profile, role, exported), SrtpCiphers.Best);
    }
}
