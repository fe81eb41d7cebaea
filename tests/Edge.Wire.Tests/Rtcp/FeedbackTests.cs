using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Rtcp;

/// <summary>NACK, PLI (RFC 4585 §6), FIR (RFC 5104 §4.3.1), REMB (draft-alvestrand-rmcat-remb-03).</summary>
public sealed class FeedbackTests
{
    private static readonly Ssrc Sender = new(0x11111111);
    private static readonly Ssrc Media = new(0x22222222);

    [Fact]
    public void Nack_ByHand_PacketIdAndBitmask()
    {
        ushort[] lost = [0xFFFE, 0xFFFF, 0x000E, 0x000F];
        var bytes = WriterAssert.WritesAllOrNothing(to =>
            NackWriter.Write(to, Sender, Media, lost)
        );
        Assert.Equal(Vectors.Hex("81CD0004 11111111 22222222 FFFE8001 000F0000"), bytes);
        Assert.Equal(lost, Read(bytes));
    }

    [Fact]
    public void Nack_RandomLosses_RoundTrip() =>
        Seeds.Check(
            random =>
            {
                var sequence = random.NextUInt16();
                var lost = new ushort[1 + random.NextInt32(100)];
                for (var index = 0; index < lost.Length; index++)
                {
                    lost[index] = sequence;
                    sequence = unchecked((ushort)(sequence + 1 + random.NextInt32(20)));
                }

                var bytes = WriterAssert.WritesAllOrNothing(to =>
                    NackWriter.Write(to, Sender, Media, lost)
                );
                Assert.Equal(lost, Read(bytes));
            },
            rounds: 50
        );

    [Fact]
    public void Nack_ShortBuffer_WritesWhatFits()
    {
        ushort[] lost = [1, 2, 100, 200, 300];
        var buffer = new byte[22];
        var length = NackWriter.Write(buffer, Sender, Media, lost, out var consumed);
        Assert.Equal(20, length);
        Assert.Equal(3, consumed);
        Assert.Equal([1, 2, 100], Read(buffer.AsSpan(0, length)));
        Assert.Equal(0, buffer[20] | buffer[21]);
        for (var shorter = 0; shorter < 16; shorter++)
        {
            var refused = new byte[shorter];
            Assert.Equal(0, NackWriter.Write(refused, Sender, Media, lost, out consumed));
            Assert.Equal(0, consumed);
            Assert.Equal(-1, refused.AsSpan().IndexOfAnyExcept((byte)0));
        }
    }

    [Fact]
    public void Nack_NothingLost_NothingWritten() =>
        Assert.Equal(0, NackWriter.Write(new byte[100], Sender, Media, []));

    [Fact]
    public void Nack_HalfAnEntry_Refused() =>
        Assert.Equal(
            RtcpParseError.TruncatedEntries,
            GenericNack.TryParse(
                RtcpCompoundReaderTests.First(Vectors.Hex("A1CD0003 11111111 22222222 00010002")),
                out _
            )
        );

    [Fact]
    public void Pli_ByHand_RoundTrip()
    {
        var bytes = WriterAssert.WritesAllOrNothing(to => PliWriter.Write(to, Sender, Media));
        Assert.Equal(Vectors.Hex("81CE0002 11111111 22222222"), bytes);
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, PictureLossIndication.TryParse(block, out var pli));
        Assert.Equal(new PictureLossIndication(Sender, Media), pli);
    }

    [Fact]
    public void Fir_ByHand_RoundTrip()
    {
        var bytes = WriterAssert.WritesAllOrNothing(to => FirWriter.Write(to, Sender, Media, 0xAB));
        Assert.Equal(Vectors.Hex("84CE0004 11111111 00000000 22222222 AB000000"), bytes);
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, FullIntraRequest.TryParse(block, out var fir));
        Assert.Equal(Sender, fir.Sender);
        Assert.True(fir.MoveNext());
        Assert.Equal(Media, fir.Media);
        Assert.Equal(0xAB, fir.CommandNumber);
        Assert.False(fir.MoveNext());
    }

    [Fact]
    public void Fir_HalfAnEntry_Refused() =>
        Assert.Equal(
            RtcpParseError.TruncatedEntries,
            FullIntraRequest.TryParse(
                RtcpCompoundReaderTests.First(Vectors.Hex("84CE0003 11111111 00000000 22222222")),
                out _
            )
        );

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-5, 0)]
    [InlineData(262143, 262143)]
    [InlineData(262145, 262144)]
    [InlineData(2_500_000, 2_500_000)]
    [InlineData(long.MaxValue, 262143L << 45)]
    public void Remb_Bitrate_EighteenLeadingBits(long bitsPerSecond, long expected)
    {
        var bytes = WriterAssert.WritesAllOrNothing(to =>
            RembWriter.Write(to, Sender, new Bitrate(bitsPerSecond), Media, new Ssrc(3))
        );
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(
            RtcpParseError.None,
            ReceiverEstimatedMaximumBitrate.TryParse(block, out var remb)
        );
        Assert.Equal(expected, remb.Bitrate.BitsPerSecond);
        Assert.Equal(2, remb.SourceCount);
        Assert.Equal(Media, remb.Source(0));
        Assert.Equal(new Ssrc(3), remb.Source(1));
    }

    [Theory]
    [InlineData("8FCE0004 11111111 00000000 52454D42 00FFFFFF", long.MaxValue)]
    [InlineData("8FCE0004 11111111 00000000 52454D42 00FC0000", 0)]
    [InlineData("8FCE0004 11111111 00000000 52454D42 0007D090", 500000)]
    public void Remb_ByHand_ExponentAndMantissa(string hex, long expected)
    {
        var block = RtcpCompoundReaderTests.First(Vectors.Hex(hex));
        ReceiverEstimatedMaximumBitrate.TryParse(block, out var remb);
        Assert.Equal(expected, remb.Bitrate.BitsPerSecond);
    }

    [Theory]
    [InlineData("8FCE0003 11111111 00000000 52454D42", RtcpParseError.TruncatedBody)]
    [InlineData("8FCE0004 11111111 00000000 52454D42 01000000", RtcpParseError.TruncatedEntries)]
    public void Remb_CutOff_Refused(string hex, RtcpParseError expected) =>
        Assert.Equal(
            expected,
            ReceiverEstimatedMaximumBitrate.TryParse(
                RtcpCompoundReaderTests.First(Vectors.Hex(hex)),
                out _
            )
        );

    private static List<ushort> Read(ReadOnlySpan<byte> bytes)
    {
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, GenericNack.TryParse(block, out var nack));
        Assert.Equal(Sender, nack.Sender);
        Assert.Equal(Media, nack.Media);
        List<ushort> numbers = [];
        foreach (var number in nack)
        {
            numbers.Add(number.Value);
        }

        return numbers;
    }
}
