using System.Buffers.Binary;
using Edge.Testing;
using Edge.Wire.Sctp;
using Xunit;

namespace Edge.Wire.Tests.Sctp;

/// <summary>The checksum against RFC 3720 §B.4 and against a division done bit by bit.</summary>
public sealed class Crc32cTests
{
    private static readonly Vectors Examples = Vectors.Load("sctp/crc32c.txt");

    [Theory]
    [InlineData("32 zeros", 0, 0)]
    [InlineData("32 ones", 255, 0)]
    [InlineData("32 ascending", 0, 1)]
    [InlineData("32 descending", 31, -1)]
    public void Compute_RfcPattern_GivesTheRfcValue(string name, int first, int step)
    {
        var bytes = new byte[32];
        for (var index = 0; index < bytes.Length; index++)
        {
            bytes[index] = (byte)(first + (index * step));
        }

        Assert.Equal(Examples[name], AsStored(Crc32c.Compute(bytes)));
    }

    [Fact]
    public void Compute_RfcReadCommand_GivesTheRfcValue() =>
        Assert.Equal(
            Examples["read command checksum"],
            AsStored(Crc32c.Compute(Examples["read command"]))
        );

    [Fact]
    public void ComputePacket_AnyLength_AgreesWithBitwiseDivision() =>
        Seeds.Check(
            random =>
            {
                var packet = new byte[12 + random.NextInt32(70)];
                random.Fill(packet);
                byte[] zeroed = [.. packet];
                zeroed.AsSpan(8, 4).Clear();

                Assert.Equal(SlowSctp.Checksum(zeroed), Crc32c.ComputePacket(packet));
                Assert.Equal(SlowSctp.Checksum(packet), Crc32c.Compute(packet));
            },
            rounds: 500
        );

    private static byte[] AsStored(uint crc)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, crc);
        return bytes;
    }
}
