using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Benchmarks;

/// <summary>Cost of a packet on its way between nodes: written into a frame, and read from it.</summary>
internal static class MeshBenchmark
{
    private const int Iterations = 50_000;
    private const int Packets = 9;

    public static void Run()
    {
        foreach (var packetBytes in (int[])[172, 1200])
        {
            Run(packetBytes);
        }
    }

    private static void Run(int packetBytes)
    {
        var rtp = new byte[Packets][];
        for (var index = 0; index < Packets; index++)
        {
            rtp[index] = new byte[packetBytes];
            Prng.FromNumber((ulong)index).Fill(rtp[index]);
        }

        var destination = new byte[MeshLimits.FrameBytesMax];
        var slot = new byte[PacketPool.SlotBytes];
        var length = 0;

        void Write()
        {
            var time = new NtpTimestamp(0xEA00000080000000);
            var writer = new MeshFrameWriter(destination, new(ulong.MaxValue, 1, 2, time), [], []);
            for (var index = 0; index < Packets; index++)
            {
                writer.TryAddPacket(
                    new(70_000 + index, 3_000_000_000, MeshPacketFlags.None, 1, time),
                    rtp[index]
                );
            }

            length = writer.Finish();
        }

        void Read(bool isCopied)
        {
            var error = MeshFrameReader.TryParse(destination.AsSpan(0, length), out var frame);
            var count = 0;
            while (frame.TryReadPacket(out _, out var packet))
            {
                count++;
                if (isCopied)
                {
                    packet.CopyTo(slot);
                }
            }

            if (error != MeshParseError.None || count != Packets)
            {
                throw new InvalidOperationException("A frame was refused.");
            }
        }

        var write = Measure.Nanoseconds(Write, Iterations);
        var read = Measure.Nanoseconds(() => Read(isCopied: false), Iterations);
        var copy = Measure.Nanoseconds(() => Read(isCopied: true), Iterations);
        Console.WriteLine(
            $"mesh frame of {Packets} x {packetBytes, 4} B, a packet:  "
                + $"write {write.BestNs / Packets, 5:0.0} ns (median {write.MedianNs / Packets, 5:0.0})  "
                + $"read {read.BestNs / Packets, 5:0.0} ns (median {read.MedianNs / Packets, 5:0.0})  "
                + $"read into a slot {copy.BestNs / Packets, 5:0.0} ns "
                + $"(median {copy.MedianNs / Packets, 5:0.0})"
        );
    }
}
