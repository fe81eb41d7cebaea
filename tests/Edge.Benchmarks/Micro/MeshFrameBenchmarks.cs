using BenchmarkDotNet.Attributes;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Benchmarks.Micro;

/// <summary>What a packet costs on its way between nodes: written into a frame of nine, and read from it.</summary>
[Config(typeof(BenchmarkSettings))]
public class MeshFrameBenchmarks
{
    private const int Packets = 9;

    private static readonly NtpTimestamp Time = new(0xEA00000080000000);

    private readonly byte[] _frame = new byte[MeshLimits.FrameBytesMax];
    private readonly byte[] _written = new byte[MeshLimits.FrameBytesMax];
    private readonly byte[] _slot = new byte[PacketPool.SlotBytes];
    private byte[] _rtp = [];
    private int _frameBytes;

    /// <summary>Bytes of a packet.</summary>
    [Params(172, 1200)]
    public int PacketBytes { get; set; }

    /// <summary>Writes the frame that is read.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _rtp = new byte[PacketBytes];
        Prng.FromNumber(1).Fill(_rtp);
        _frameBytes = Write(_frame);
        if (Read() != Packets)
        {
            throw new InvalidOperationException("A frame was refused.");
        }
    }

    /// <summary>Into a frame.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Write() => Write(_written);

    /// <summary>Out of it, where it lies.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Read()
    {
        var count = 0;
        MeshFrameReader.TryParse(_frame.AsSpan(0, _frameBytes), out var frame);
        while (frame.TryReadPacket(out _, out _))
        {
            count++;
        }

        return count;
    }

    /// <summary>Out of it into a slot.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void ReadIntoSlot()
    {
        MeshFrameReader.TryParse(_frame.AsSpan(0, _frameBytes), out var frame);
        while (frame.TryReadPacket(out _, out var packet))
        {
            packet.CopyTo(_slot);
        }
    }

    private int Write(Span<byte> destination)
    {
        var writer = new MeshFrameWriter(destination, new(ulong.MaxValue, 1, 2, Time), [], []);
        for (var index = 0; index < Packets; index++)
        {
            writer.TryAddPacket(
                new(70_000 + index, 3_000_000_000, MeshPacketFlags.None, 1, Time),
                _rtp
            );
        }

        return writer.Finish();
    }
}
