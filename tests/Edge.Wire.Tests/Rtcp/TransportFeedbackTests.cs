using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Rtcp;

/// <summary>draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.</summary>
public sealed class TransportFeedbackTests
{
    private const long Never = long.MaxValue;
    private const long Unit = 2500;
    private static readonly Ssrc Sender = new(0x11111111);
    private static readonly Ssrc Media = new(0x22222222);

    /// <summary>Written by hand after the draft: all three kinds of chunk, both kinds of delta.</summary>
    [Fact]
    public void TryParse_ByHand_EveryStatus()
    {
        // Run of 3 small; one-bit vector of 14 with the first and last received; two-bit vector of
        // 7, of which the draft's count leaves 3: large, lost, small.
        var bytes = Vectors.Hex(
            "AFCD0008 11111111 22222222 FFFE 0014 000002 07"
                + "2003 A001 E100 04 08 0C 10 14 FFF0 20 0002"
        );
        Assert.Equal(
            "65534:512+4 65535:512+12 0:512+24 1:512+40 2 3 4 5 6 7 8 9 10 11 12 13 14:512+60"
                + " 15:512+44 16 17:512+76",
            string.Join(' ', Read(bytes))
        );
    }

    [Fact]
    public void Write_OneLossInARun_BytesAsByHand()
    {
        long[] arrivals = [128_0000, 128_0000 + Unit, Never, 128_0000 + 3 * Unit];
        var bytes = Write(arrivals, baseSequence: 10, out var consumed);
        Assert.Equal(4, consumed);

        // Reference 2 (128 ms); one-bit vector 1101; deltas 0, 1, 2; three bytes of padding.
        Assert.Equal(
            Vectors.Hex("AFCD0006 11111111 22222222 000A 0004 000002 05 B400 00 01 02 000003"),
            bytes
        );
    }

    [Fact]
    public void Write_LongRun_OneChunk()
    {
        var arrivals = Enumerable.Range(0, 1000).Select(index => index * 4 * Unit).ToArray();
        var bytes = Write(arrivals, 0, out var consumed);
        Assert.Equal(1000, consumed);
        Assert.Equal(12 + 8 + 2 + 1000 + 2, bytes.Length);
    }

    [Fact]
    public void Write_DeltaBeyond16Bits_EndsBeforeIt()
    {
        long[] arrivals = [0, Unit, Never, Never, 9 * TimeSpan.TicksPerSecond, 0];
        var bytes = Write(arrivals, 65535, out var consumed);
        Assert.Equal(4, consumed);
        Assert.Equal(["65535:0+0", "0:0+1", "1", "2"], Read(bytes));
        bytes = Write(arrivals[consumed..], 3, out consumed);
        Assert.Equal(1, consumed);
        Assert.Equal(["3:35840+160"], Read(bytes));
    }

    [Fact]
    public void Write_EverythingLost_NothingToReferTo()
    {
        var destination = new byte[100];
        long[] arrivals = [Never, Never, Never];
        Assert.Equal(0, Write(destination, arrivals, out var consumed));
        Assert.Equal(3, consumed);
        Assert.Equal(-1, destination.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Write_BeforeTheOrigin_ReferenceIsNegative()
    {
        long[] arrivals = [-Unit, 0];
        var bytes = Write(arrivals, 1, out _);
        Assert.Equal(["1:-256+255", "2:-256+256"], Read(bytes));
    }

    [Fact]
    public void Write_ShortBuffers_PrefixOrUntouched()
    {
        long[] arrivals = [Never, Never, 0, Unit, 300 * Unit, Never, 200 * Unit, 201 * Unit];
        var full = Write(arrivals, 5, out _);
        var expected = Read(full);
        for (var length = 0; length <= full.Length; length++)
        {
            var buffer = new byte[length];
            buffer.AsSpan().Fill(0xA5);
            var written = Write(buffer, arrivals, out var consumed, baseSequence: 5);
            if (written == 0)
            {
                Assert.Equal(0, consumed);
                Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)0xA5));
                continue;
            }

            Assert.Equal(0, written % 4);
            Assert.Equal(-1, buffer.AsSpan(written).IndexOfAnyExcept((byte)0xA5));
            Assert.Equal(expected[..consumed], Read(buffer.AsSpan(0, written)));
        }
    }

    /// <summary>Any window, written block after block into buffers of any length, reads back as it was,
    /// rounded down to 250 us.</summary>
    [Fact]
    public void Write_RandomWindows_RoundTrip() =>
        Seeds.Check(
            random =>
            {
                var arrivals = RandomWindow(random);
                var baseSequence = random.NextUInt16();
                var done = 0;
                var buffer = new byte[24 + random.NextInt32(1200)];
                while (done < arrivals.Length)
                {
                    var written = Write(
                        buffer,
                        arrivals.AsSpan(done),
                        out var consumed,
                        unchecked((ushort)(baseSequence + done))
                    );
                    if (consumed == 0)
                    {
                        // A long gap may not fit before the next arrival; larger buffers take it.
                        buffer = new byte[buffer.Length + 64];
                        continue;
                    }

                    if (written == 0)
                    {
                        Assert.All(
                            arrivals[done..(done + consumed)],
                            arrival => Assert.Equal(Never, arrival)
                        );
                    }
                    else
                    {
                        Compare(
                            buffer.AsSpan(0, written),
                            arrivals.AsSpan(done, consumed),
                            unchecked((ushort)(baseSequence + done))
                        );
                    }

                    done += consumed;
                }
            },
            rounds: 300
        );

    [Theory]
    [InlineData(
        "8FCD0005 11111111 22222222 0000 0001 000000 00 6001 0000",
        RtcpParseError.ReservedValue
    )]
    [InlineData(
        "8FCD0005 11111111 22222222 0000 0001 000000 00 F000 0000",
        RtcpParseError.ReservedValue
    )]
    [InlineData(
        "8FCD0005 11111111 22222222 0000 0005 000000 00 2005 0102",
        RtcpParseError.TruncatedEntries
    )]
    [InlineData(
        "8FCD0005 11111111 22222222 0000 0002 000000 00 2001 0102",
        RtcpParseError.TruncatedEntries
    )]
    [InlineData("8FCD0003 11111111 22222222 0000 0005", RtcpParseError.TruncatedBody)]
    [InlineData("8FCD0004 11111111 22222222 0000 0001 000000 00", RtcpParseError.TruncatedEntries)]
    [InlineData(
        "8FCD0005 11111111 22222222 0000 0001 000000 00 0000 2001",
        RtcpParseError.TruncatedEntries
    )]
    public void TryParse_Malformed_Refused(string hex, RtcpParseError expected) =>
        Assert.Equal(
            expected,
            TransportFeedback.TryParse(RtcpCompoundReaderTests.First(Vectors.Hex(hex)), out _)
        );

    private static long[] RandomWindow(Prng random)
    {
        var arrivals = new long[1 + random.NextInt32(600)];
        var lossShare = random.NextInt32(3) * random.NextInt32(50);
        var stepMax = 1 + random.NextInt32(random.NextBool() ? 20_000 : 30_000_000);
        var at = random.NextInt32(int.MaxValue) - 100_000_000L;
        for (var index = 0; index < arrivals.Length; index++)
        {
            at += random.NextInt32(stepMax) - (random.NextInt32(10) == 0 ? stepMax : 0);
            arrivals[index] = random.NextInt32(100) < lossShare ? Never : at;
        }

        return arrivals;
    }

    private static void Compare(
        ReadOnlySpan<byte> bytes,
        ReadOnlySpan<long> arrivals,
        ushort baseSequence
    )
    {
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, TransportFeedback.TryParse(block, out var feedback));
        Assert.Equal(arrivals.Length, feedback.StatusCount);
        var index = 0;
        foreach (var status in feedback)
        {
            Assert.Equal(new SequenceNumber(baseSequence) + index, status.Sequence);
            Assert.Equal(arrivals[index] != Never, status.IsReceived);
            if (status.IsReceived)
            {
                var expected = Math.Floor(arrivals[index] / (double)Unit) * Unit;
                Assert.Equal((long)expected, status.Arrival.Ticks);
            }

            index++;
        }

        Assert.Equal(arrivals.Length, index);
    }

    private static byte[] Write(long[] arrivals, ushort baseSequence, out int consumed)
    {
        var buffer = new byte[2000];
        var length = Write(buffer, arrivals, out consumed, baseSequence);
        return buffer[..length];
    }

    private static int Write(
        Span<byte> destination,
        ReadOnlySpan<long> arrivals,
        out int consumed,
        ushort baseSequence = 0
    ) =>
        TransportFeedbackWriter.Write(
            destination,
            Sender,
            Media,
            baseSequence,
            arrivals,
            feedbackCount: 5,
            out consumed
        );

    /// <summary>One line for each status: sequence, and for one received reference and delta sum.</summary>
    private static List<string> Read(ReadOnlySpan<byte> bytes)
    {
        var block = RtcpCompoundReaderTests.First(bytes);
        Assert.Equal(RtcpParseError.None, TransportFeedback.TryParse(block, out var feedback));
        Assert.Equal(Sender, feedback.Sender);
        Assert.Equal(Media, feedback.Media);
        List<string> lines = [];
        var reference = feedback.ReferenceTime * 256;
        foreach (var status in feedback)
        {
            var deltas = status.Arrival.Ticks / Unit - reference;
            lines.Add(
                status.IsReceived ? $"{status.Sequence}:{reference}+{deltas}" : $"{status.Sequence}"
            );
        }

        return lines;
    }
}
