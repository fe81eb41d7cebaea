using System.Buffers.Binary;
using Edge.Testing;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Rtcp;

/// <summary>Fuzz target: a decrypted RTCP packet, with every view of every block.</summary>
public sealed class RtcpCompoundFuzz
{
    [Fact]
    public void MoveNext_MutatedCompounds_ViewsAgreeWithSlowReaders() =>
        MutationFuzz.Run(
            Target,
            [
                .. new[]
                {
                    "81C8000C0A0B0C0D01020304050607081112131421222324313233344142434480FFFFFE5152535461626364"
                        + "7172737481828384",
                    "81C90007010203044142434480FFFFFE51525354616263647172737481828384",
                    "82CA00060000000101026162020263640000000000000002 01016100",
                    "82CB0003000000010000000203627965",
                    "81CD0004 11111111 22222222 FFFE8001 000F0000",
                    "AFCD0008 11111111 22222222 FFFE0014 00000207 2003A001 E10004080C1014FFF0200002",
                    "81CE0002 11111111 22222222",
                    "84CE0004 11111111 00000000 22222222 AB000000",
                    "8FCE0006 11111111 00000000 52454D42 020FFFFF 00000001 00000002",
                    "80CF0008 00000009 04000002 0102030405060708 05000003 00000001 0000000B 0000000C",
                }.Select(Vectors.Hex),
            ]
        );

    internal static void Target(ReadOnlySpan<byte> bytes)
    {
        var reader = new RtcpCompoundReader(bytes);
        var walked = 0;
        while (reader.MoveNext())
        {
            walked += 4 + reader.Current.Body.Length;
            CheckReports(reader.Current);
            CheckNack(reader.Current);
            CheckTransportFeedback(reader.Current);
            CheckOthers(reader.Current);
        }

        Assert.True(walked <= bytes.Length);
        Assert.True(walked > 0 || reader.Error != RtcpParseError.None);
    }

    private static void CheckReports(RtcpBlock block)
    {
        var room = new byte[1000];
        if (SenderReport.TryParse(block, out var sender) == RtcpParseError.None)
        {
            ReportBlock[] blocks = Take(sender.Reports);
            var length = SenderReportWriter.Write(room, sender.Sender, sender.Info, blocks);
            Assert.True(block.Body.StartsWith(room.AsSpan(4..length)));
            Assert.Equal(block.Format, blocks.Length);
        }

        if (ReceiverReport.TryParse(block, out var receiver) == RtcpParseError.None)
        {
            ReportBlock[] blocks = Take(receiver.Reports);
            var length = ReceiverReportWriter.Write(room, receiver.Sender, blocks);
            Assert.True(block.Body.StartsWith(room.AsSpan(4..length)));
            Assert.Equal(block.Format, blocks.Length);
        }
    }

    private static ReportBlock[] Take(ReportBlockList list)
    {
        List<ReportBlock> blocks = [];
        foreach (var block in list)
        {
            blocks.Add(block);
        }

        return [.. blocks];
    }

    private static void CheckNack(RtcpBlock block)
    {
        if (GenericNack.TryParse(block, out var nack) != RtcpParseError.None)
        {
            return;
        }

        List<int> expected = [];
        for (var at = 8; at < block.Body.Length; at += 4)
        {
            var id = BinaryPrimitives.ReadUInt16BigEndian(block.Body[at..]);
            var following = BinaryPrimitives.ReadUInt16BigEndian(block.Body[(at + 2)..]);
            expected.Add(id);
            expected.AddRange(
                Enumerable
                    .Range(0, 16)
                    .Where(bit => ((following >> bit) & 1) != 0)
                    .Select(bit => (id + bit + 1) % 65536)
            );
        }

        List<int> found = [];
        foreach (var number in nack)
        {
            found.Add(number.Value);
        }

        Assert.Equal(expected, found);
    }

    private static void CheckTransportFeedback(RtcpBlock block)
    {
        if (block.Kind != RtcpKind.TransportFeedback)
        {
            return;
        }

        var expected = SlowTransportFeedback.Read(block.Body.ToArray());
        var error = TransportFeedback.TryParse(block, out var feedback);
        Assert.Equal(expected is null, error != RtcpParseError.None);
        if (expected is null)
        {
            return;
        }

        Assert.Equal(expected.Count, feedback.StatusCount);
        var sum = feedback.ReferenceTime * 256L;
        var index = 0;
        foreach (var status in feedback)
        {
            sum += expected[index].Delta;
            Assert.Equal(expected[index++].Symbol != 0, status.IsReceived);
            Assert.Equal(sum * 2500, status.Arrival.Ticks);
        }

        Assert.Equal(expected.Count, index);
    }

    private static void CheckOthers(RtcpBlock block)
    {
        if (SourceDescription.TryParse(block, out var items) == RtcpParseError.None)
        {
            var bytes = 0;
            while (items.MoveNext())
            {
                bytes += 2 + items.Text.Length;
            }

            Assert.True(bytes <= block.Body.Length);
        }

        if (Goodbye.TryParse(block, out var goodbye) == RtcpParseError.None)
        {
            for (var index = 0; index < goodbye.SourceCount; index++)
            {
                _ = goodbye.Source(index);
            }

            Assert.True(goodbye.Reason.Length < Math.Max(1, block.Body.Length));
        }

        if (FullIntraRequest.TryParse(block, out var fir) == RtcpParseError.None)
        {
            var entries = 0;
            while (fir.MoveNext())
            {
                entries++;
            }

            Assert.Equal(block.Body.Length, 8 + 8 * entries);
        }

        if (ReceiverEstimatedMaximumBitrate.TryParse(block, out var remb) == RtcpParseError.None)
        {
            Assert.InRange(remb.Bitrate.BitsPerSecond, 0, long.MaxValue);
            for (var index = 0; index < remb.SourceCount; index++)
            {
                _ = remb.Source(index);
            }
        }

        if (ExtendedReport.TryParse(block, out var extended) == RtcpParseError.None)
        {
            _ = extended.TryReadReceiverReferenceTime(out _);
            _ = extended.TryFindDelay(new(1), out _);
        }

        _ = PictureLossIndication.TryParse(block, out _);
    }
}
