using Edge.Testing;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;
using Xunit;

namespace Edge.Wire.Tests.Sctp;

/// <summary>The packet path of this room allocates nothing.</summary>
public sealed class SctpAllocationTests
{
    private static readonly SctpGapBlock[] Gaps = [new(2, 3)];
    private static readonly uint[] Duplicates = [4];
    private static readonly SctpSkippedStream[] Skipped = [new(6, 7)];

    [Fact]
    public void TryAddChunk_TryAddData_TryAddSack_TryAddForwardTsn_Complete_AllocateNothing()
    {
        var buffer = new byte[200];
        AllocationAssert.None(buffer, static buffer => Write(buffer));
    }

    [Fact]
    public void TryParse_MoveNext_AllocateNothing()
    {
        var buffer = new byte[200];
        var packet = buffer[..Write(buffer)];
        AllocationAssert.None(
            packet,
            static packet =>
            {
                SctpPacket.TryParse(packet, out var view);
                var chunks = view.GetEnumerator();
                while (chunks.MoveNext())
                {
                    SctpData.TryParse(chunks.Current, out _);
                    SctpSack.TryParse(chunks.Current, out _);
                    SctpForwardTsn.TryParse(chunks.Current, out _);
                }
            }
        );
    }

    private static int Write(byte[] buffer)
    {
        var writer = new SctpPacketWriter(buffer, 5000, 5000, 1);
        writer.TryAddChunk(SctpChunkType.CookieAck, 0, 0, out _);
        writer.TryAddSack(1, 2, Gaps, Duplicates);
        writer.TryAddForwardTsn(5, Skipped);
        writer.TryAddData(new(1, 2, 3, 51, 7), "text"u8);
        return writer.Complete();
    }
}
