using System.Buffers.Binary;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;

namespace Edge.Benchmarks;

/// <summary>Cost of protecting and unprotecting one packet.</summary>
internal static class SrtpBenchmark
{
    private const int Iterations = 100_000;

    public static void Run()
    {
        foreach (var packetBytes in (int[])[172, 1200])
        {
            Run(SrtpProfile.AeadAes128Gcm, packetBytes);
            Run(SrtpProfile.AeadAes256Gcm, packetBytes);
            Run(SrtpProfile.Aes128CmSha1Tag80, packetBytes);
        }
    }

    private static void Run(SrtpProfile profile, int packetBytes)
    {
        var exported = new byte[SrtpKeyingMaterial.ExportedBytes(profile)];
        Prng.FromNumber(1).Fill(exported);
        using var sender = Create(profile, DtlsRole.Client, exported);
        using var receiver = Create(profile, DtlsRole.Server, exported);
        var tail = new byte[packetBytes - 12];
        var slot = new byte[1500];
        slot[0] = 0x80;
        ushort sequence = 0;

        void Protect()
        {
            BinaryPrimitives.WriteUInt16BigEndian(slot.AsSpan(2), sequence++);
            if (sender.ProtectRtp(slot, 12, 0, tail) == 0)
            {
                throw new InvalidOperationException("A packet was refused.");
            }
        }

        void Both()
        {
            Protect();
            var length = packetBytes + sender.OverheadBytes;
            if (receiver.UnprotectRtp(slot.AsSpan(0, length), out _) != SrtpError.None)
            {
                throw new InvalidOperationException("A packet was not authentic.");
            }
        }

        // The receiver goes first: it has to see the counter turn over as often as the sender.
        var both = Measure.Nanoseconds(Both, Iterations);
        var protect = Measure.Nanoseconds(Protect, Iterations);
        Console.WriteLine(
            $"srtp {profile, -18} {packetBytes, 5} B  protect {protect.BestNs, 6:0} ns "
                + $"(median {protect.MedianNs, 6:0})  unprotect {both.BestNs - protect.BestNs, 6:0} ns "
                + $"(median {both.MedianNs - protect.MedianNs, 6:0})"
        );
    }

    private static SrtpSession Create(SrtpProfile profile, DtlsRole role, byte[] exported) =>
        new(
            SrtpKeyingMaterial.FromExporter(profile, role, exported),
            OpenSslSrtpCipherFactory.Instance
        );
}
