using Edge.Testing;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Xunit;

namespace Edge.Wire.Tests.Rtcp;

/// <summary>The packet path of this room allocates nothing.</summary>
public sealed class RtcpAllocationTests
{
    private static readonly byte[] Nack = Vectors.Hex(
        "81CD0004 11111111 22222222 FFFE8001 000F0000"
    );
    private static readonly byte[] Feedback = Vectors.Hex(
        "AFCD0008 11111111 22222222 FFFE0014 00000207 2003A001 E10004080C1014FFF0200002"
    );
    private static readonly ushort[] Lost = [1, 2, 3, 100, 200];
    private static readonly long[] Arrivals = [0, 2500, long.MaxValue, 9000, 800_000, 1_000_000];

    [Fact]
    public void RtcpCompoundReader_MoveNext_AllocatesNothing() =>
        AllocationAssert.None(static () =>
        {
            var reader = new RtcpCompoundReader(Nack);
            while (reader.MoveNext()) { }
        });

    [Fact]
    public void GenericNack_MoveNext_AllocatesNothing() =>
        AllocationAssert.None(static () =>
        {
            var reader = new RtcpCompoundReader(Nack);
            reader.MoveNext();
            GenericNack.TryParse(reader.Current, out var nack);
            while (nack.MoveNext()) { }
        });

    [Fact]
    public void TransportFeedback_MoveNext_AllocatesNothing() =>
        AllocationAssert.None(static () =>
        {
            var reader = new RtcpCompoundReader(Feedback);
            reader.MoveNext();
            TransportFeedback.TryParse(reader.Current, out var feedback);
            while (feedback.MoveNext()) { }
        });

    [Fact]
    public void NackWriter_Write_AllocatesNothing() =>
        AllocationAssert.None(
            new byte[100],
            static buffer =>
            {
                NackWriter.Write(buffer, new(1), new(2), Lost);
                NackWriter.Write(buffer, new(1), new(2), Lost, out _);
            }
        );

    [Fact]
    public void TransportFeedbackWriter_Write_AllocatesNothing() =>
        AllocationAssert.None(
            new byte[100],
            static buffer =>
                TransportFeedbackWriter.Write(buffer, new(1), new(2), 3, Arrivals, 4, out _)
        );
}
