using System.Text;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Rtcp;

/// <summary>SR, RR, SDES, BYE (RFC 3550 §6.4-6.6) and XR (RFC 3611), written and read back.</summary>
public sealed class ReportTests
{
    [Fact]
    public void SenderReport_ByHand_EveryFieldInPlace()
    {
        var bytes = Vectors.Hex(
            "81C8000C 0A0B0C0D 0102030405060708 11121314 21222324 31323334"
                + "41424344 80 FFFFFE 51525354 61626364 71727374 81828384"
        );
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, SenderReport.TryParse(block, out var report));
        Assert.Equal(new Ssrc(0x0A0B0C0D), report.Sender);
        var info = new SenderInfo(new(0x0102030405060708), 0x11121314, 0x21222324, 0x31323334);
        Assert.Equal(info, report.Info);
        var reports = report.Reports;
        Assert.Equal(1, reports.Count);
        Assert.True(reports.MoveNext());
        Assert.Equal(
            new ReportBlock(
                new(0x41424344),
                0x80,
                -2,
                0x51525354,
                0x61626364,
                0x71727374,
                0x81828384
            ),
            reports.Current
        );
        Assert.False(reports.MoveNext());
        ReportBlock[] again = [reports.Current];
        Assert.Equal(
            bytes,
            WriterAssert.WritesAllOrNothing(to =>
                SenderReportWriter.Write(to, new(0x0A0B0C0D), info, again)
            )
        );
    }

    [Fact]
    public void Reports_RandomValues_RoundTrip() =>
        Seeds.Check(
            random =>
            {
                var blocks = RandomBlocks(random, random.NextInt32(4));
                var sender = random.NextSsrc();
                var info = new SenderInfo(
                    new(random.NextUInt64()),
                    random.NextUInt32(),
                    random.NextUInt32(),
                    random.NextUInt32()
                );
                var bytes = WriterAssert.WritesAllOrNothing(to =>
                    SenderReportWriter.Write(to, sender, info, blocks)
                );
                SenderReport.TryParse(RtcpCompoundReaderTests.First(bytes), out var report);
                Assert.Equal(sender, report.Sender);
                Assert.Equal(info, report.Info);
                Assert.Equal(blocks, ToArray(report.Reports));
                bytes = WriterAssert.WritesAllOrNothing(to =>
                    ReceiverReportWriter.Write(to, sender, blocks)
                );
                ReceiverReport.TryParse(RtcpCompoundReaderTests.First(bytes), out var receiver);
                Assert.Equal(sender, receiver.Sender);
                Assert.Equal(blocks, ToArray(receiver.Reports));
            },
            rounds: 50
        );

    [Theory]
    [InlineData(0x800000, 0x7FFFFF)]
    [InlineData(-0x800001, -0x800000)]
    public void ReportBlock_LossBeyond24Bits_StaysAtTheLimit(int lost, int expected)
    {
        ReportBlock[] blocks = [new(new(1), 0, lost, 0, 0, 0, 0)];
        var bytes = new byte[64];
        var length = ReceiverReportWriter.Write(bytes, new(1), blocks);
        ReceiverReport.TryParse(
            RtcpCompoundReaderTests.First(bytes.AsSpan(0, length)),
            out var report
        );
        Assert.Equal(expected, ToArray(report.Reports)[0].CumulativeLost);
    }

    [Fact]
    public void Write_MoreThan31Entries_Refused()
    {
        var room = new byte[2000];
        Assert.Equal(0, ReceiverReportWriter.Write(room, new(1), new ReportBlock[32]));
        Assert.Equal(0, SenderReportWriter.Write(room, new(1), default, new ReportBlock[32]));
        Assert.Equal(0, ByeWriter.Write(room, new Ssrc[32]));
        Assert.Equal(0, SdesWriter.Write(room, new(1), new byte[256]));
    }

    [Theory]
    [InlineData("80C8000501111111 0102030405060708 11121314 21222324")]
    [InlineData("81C8000601111111 0102030405060708 11121314 21222324 31323334")]
    [InlineData("81C9000101111111")]
    public void TryParse_CountBeyondTheBody_Refused(string hex)
    {
        var block = RtcpCompoundReaderTests.First(Vectors.Hex(hex));
        Assert.NotEqual(RtcpParseError.None, SenderReport.TryParse(block, out _));
        Assert.NotEqual(RtcpParseError.None, ReceiverReport.TryParse(block, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abcd")]
    [InlineData("{0d3b7a52-52e4-4b3a-9d3b-5a1b7f4f3a10}")]
    public void SourceDescription_Cname_RoundTrip(string cname)
    {
        var bytes = WriterAssert.WritesAllOrNothing(to =>
            SdesWriter.Write(to, new(7), Encoding.UTF8.GetBytes(cname))
        );
        Assert.Equal(0, bytes.Length % 4);
        Assert.Equal(0, bytes[^1]);
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, SourceDescription.TryParse(block, out var items));
        Assert.True(items.MoveNext());
        Assert.Equal(new Ssrc(7), items.Source);
        Assert.Equal(SourceDescription.CnameType, items.ItemType);
        Assert.Equal(cname, Encoding.UTF8.GetString(items.Text));
        Assert.False(items.MoveNext());
    }

    /// <summary>Two chunks; the first with two items ends on a word, so a whole word of zeros follows.</summary>
    [Fact]
    public void SourceDescription_SeveralChunks_EveryItemWalked()
    {
        var bytes = Vectors.Hex("82CA0006 00000001 01026162 02026364 00000000 00000002 01016100");
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, SourceDescription.TryParse(block, out var items));
        List<string> found = [];
        while (items.MoveNext())
        {
            found.Add($"{items.Source}:{items.ItemType}:{Encoding.UTF8.GetString(items.Text)}");
        }

        Assert.Equal(["1:1:ab", "1:2:cd", "2:1:a"], found);
    }

    [Theory]
    [InlineData("81CA0001 00000001")]
    [InlineData("81CA0002 00000001 01036162")]
    [InlineData("81CA0002 00000001 01026162")]
    [InlineData("82CA0003 00000001 01016100 00000000")]
    public void SourceDescription_CutOff_Refused(string hex) =>
        Assert.Equal(
            RtcpParseError.TruncatedEntries,
            SourceDescription.TryParse(RtcpCompoundReaderTests.First(Vectors.Hex(hex)), out _)
        );

    [Fact]
    public void Goodbye_Sources_RoundTrip()
    {
        var bytes = WriterAssert.WritesAllOrNothing(to =>
            ByeWriter.Write(to, new Ssrc(1), new Ssrc(2))
        );
        Assert.Equal(
            RtcpParseError.None,
            Goodbye.TryParse(RtcpCompoundReaderTests.First(bytes), out var goodbye)
        );
        Assert.Equal(2, goodbye.SourceCount);
        Assert.Equal(new Ssrc(2), goodbye.Source(1));
        Assert.True(goodbye.Reason.IsEmpty);
    }

    [Theory]
    [InlineData("81CB0002 00000001 03627965", "bye")]
    [InlineData("81CB0002 00000001 04627965", "")]
    public void Goodbye_Reason_EmptyWhenMalformed(string hex, string expected)
    {
        Goodbye.TryParse(RtcpCompoundReaderTests.First(Vectors.Hex(hex)), out var goodbye);
        Assert.Equal(expected, Encoding.UTF8.GetString(goodbye.Reason));
    }

    [Fact]
    public void ExtendedReport_ReferenceTime_RoundTrip()
    {
        var bytes = WriterAssert.WritesAllOrNothing(to =>
            XrWriter.WriteReceiverReferenceTime(to, new(9), new NtpTimestamp(0x0102030405060708))
        );
        Assert.Equal(Vectors.Hex("80CF0004 00000009 04000002 0102030405060708"), bytes);
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, ExtendedReport.TryParse(block, out var report));
        Assert.Equal(new Ssrc(9), report.Sender);
        Assert.True(report.TryReadReceiverReferenceTime(out var timestamp));
        Assert.Equal(0x0102030405060708u, timestamp.Value);
        Assert.False(report.TryFindDelay(new(9), out _));
    }

    [Fact]
    public void ExtendedReport_Delays_FoundByReceiver()
    {
        DelayReport[] delays = [new(new(1), 11, 12), new(new(2), 21, 22)];
        var bytes = WriterAssert.WritesAllOrNothing(to => XrWriter.WriteDelays(to, new(9), delays));
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, ExtendedReport.TryParse(block, out var report));
        Assert.True(report.TryFindDelay(new(2), out var delay));
        Assert.Equal(delays[1], delay);
        Assert.False(report.TryFindDelay(new(3), out _));
        Assert.False(report.TryReadReceiverReferenceTime(out _));
    }

    [Theory]
    [InlineData("80CF0002 00000009 04000002")]
    [InlineData("80CF0002 00000009 04000001")]
    public void ExtendedReport_BlockPastTheEnd_Refused(string hex) =>
        Assert.Equal(
            RtcpParseError.TruncatedEntries,
            ExtendedReport.TryParse(RtcpCompoundReaderTests.First(Vectors.Hex(hex)), out _)
        );

    private static ReportBlock[] RandomBlocks(Prng random, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new ReportBlock(
                    random.NextSsrc(),
                    (byte)random.NextUInt32(),
                    random.NextInt32(1 << 24) - (1 << 23),
                    random.NextUInt32(),
                    random.NextUInt32(),
                    random.NextUInt32(),
                    random.NextUInt32()
                )),
        ];

    private static ReportBlock[] ToArray(ReportBlockList list)
    {
        List<ReportBlock> blocks = [];
        foreach (var block in list)
        {
            blocks.Add(block);
        }

        return [.. blocks];
    }
}
