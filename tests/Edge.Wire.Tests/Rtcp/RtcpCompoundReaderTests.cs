using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;
using Xunit;

namespace Edge.Wire.Tests.Rtcp;

/// <summary>RFC 3550 §6.1 and A.2, RFC 5506.</summary>
public sealed class RtcpCompoundReaderTests
{
    private const string EmptyReceiverReport = "80C9000111111111";
    private const string PaddedPli = "A1CE0003111111112222222200000004";

    [Theory]
    [InlineData("", RtcpParseError.TruncatedHeader, 0)]
    [InlineData("80C900", RtcpParseError.TruncatedHeader, 0)]
    [InlineData("40C9000111111111", RtcpParseError.UnsupportedVersion, 0)]
    [InlineData("80C9000111111111 80C900", RtcpParseError.TruncatedHeader, 1)]
    [InlineData("80C9000111111111 80C90002 11111111", RtcpParseError.TruncatedBlock, 1)]
    [InlineData("A0C90000", RtcpParseError.BadPaddingLength, 0)]
    [InlineData("A0C9000111111100", RtcpParseError.BadPaddingLength, 0)]
    [InlineData("A0C9000111111105", RtcpParseError.BadPaddingLength, 0)]
    [InlineData(EmptyReceiverReport, RtcpParseError.None, 1)]
    [InlineData(PaddedPli + EmptyReceiverReport, RtcpParseError.None, 2)]
    public void MoveNext_AnyBytes_StopsAtFirstMalformed(
        string hex,
        RtcpParseError error,
        int blocks
    )
    {
        var reader = new RtcpCompoundReader(Vectors.Hex(hex));
        var count = 0;
        while (reader.MoveNext())
        {
            count++;
        }

        Assert.Equal(blocks, count);
        Assert.Equal(error, reader.Error);
        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void Current_PaddedBlock_PaddingIsCutOff()
    {
        var block = First(Vectors.Hex(PaddedPli));
        Assert.Equal(8, block.Body.Length);
        Assert.Equal(RtcpParseError.None, PictureLossIndication.TryParse(block, out var pli));
        Assert.Equal(new PictureLossIndication(new Ssrc(0x11111111), new Ssrc(0x22222222)), pli);
    }

    [Theory]
    [InlineData("80C80000", RtcpKind.SenderReport)]
    [InlineData("80C90000", RtcpKind.ReceiverReport)]
    [InlineData("80CA0000", RtcpKind.SourceDescription)]
    [InlineData("80CB0000", RtcpKind.Goodbye)]
    [InlineData("80CC0000", RtcpKind.Unknown)]
    [InlineData("81CD0000", RtcpKind.GenericNack)]
    [InlineData("8BCD0000", RtcpKind.Unknown)]
    [InlineData("8FCD0000", RtcpKind.TransportFeedback)]
    [InlineData("81CE0000", RtcpKind.PictureLossIndication)]
    [InlineData("84CE0000", RtcpKind.FullIntraRequest)]
    [InlineData("8FCE0000", RtcpKind.Unknown)]
    [InlineData("8FCE00031111111100000000 52454D42", RtcpKind.ReceiverEstimatedMaximumBitrate)]
    [InlineData("80CF0000", RtcpKind.ExtendedReport)]
    [InlineData("80D00000", RtcpKind.Unknown)]
    public void Kind_TypeAndFormat_Decide(string hex, RtcpKind expected) =>
        Assert.Equal(expected, First(Vectors.Hex(hex)).Kind);

    /// <summary>Every view refuses every block that ends before its fixed part, and foreign blocks.</summary>
    [Theory]
    [InlineData("80C80000")]
    [InlineData("80C90000")]
    [InlineData("81CA0000")]
    [InlineData("81CB0000")]
    [InlineData("81CD0000")]
    [InlineData("8FCD0000")]
    [InlineData("81CE0000")]
    [InlineData("84CE0000")]
    [InlineData("8FCE00031111111100000000 52454D42")]
    [InlineData("80CF0000")]
    [InlineData("80CC0000")]
    public void TryParse_EmptyBlock_EveryViewRefuses(string hex)
    {
        var block = First(Vectors.Hex(hex));
        RtcpParseError[] errors =
        [
            SenderReport.TryParse(block, out _),
            ReceiverReport.TryParse(block, out _),
            SourceDescription.TryParse(block, out _),
            Goodbye.TryParse(block, out _),
            GenericNack.TryParse(block, out _),
            TransportFeedback.TryParse(block, out _),
            PictureLossIndication.TryParse(block, out _),
            FullIntraRequest.TryParse(block, out _),
            ReceiverEstimatedMaximumBitrate.TryParse(block, out _),
            ExtendedReport.TryParse(block, out _),
        ];
        Assert.DoesNotContain(RtcpParseError.None, errors);
        Assert.Equal(
            block.Kind == RtcpKind.Unknown ? 0 : 1,
            errors.Count(error => error != RtcpParseError.WrongKind)
        );
    }

    internal static RtcpBlock First(ReadOnlySpan<byte> compound)
    {
        var reader = new RtcpCompoundReader(compound);
        Assert.True(reader.MoveNext());
        return reader.Current;
    }
}
