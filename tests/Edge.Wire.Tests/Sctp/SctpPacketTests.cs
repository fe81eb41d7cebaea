using Edge.Testing;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;
using Xunit;

namespace Edge.Wire.Tests.Sctp;

/// <summary>Reading packets that browsers sent, and writing every chunk and reading it back.</summary>
public sealed class SctpPacketTests
{
    private static readonly Vectors Inits = Vectors.Load("sctp/browser-inits.txt");

    [Theory]
    [InlineData("chromium", 0x0050_0000u, false)]
    [InlineData("firefox", 0x0100_0000u, true)]
    public void TryParse_BrowserInit_ReadsItsFields(string name, uint window, bool hasInterleaving)
    {
        var bytes = Inits[name];

        Assert.Equal(SctpParseError.None, SctpPacket.TryParse(bytes, out var packet));
        Assert.Equal(5000, packet.SourcePort);
        Assert.Equal(5000, packet.DestinationPort);
        Assert.Equal(0u, packet.VerificationTag);
        var chunk = packet.FirstChunk;
        Assert.Equal(SctpChunkType.Init, chunk.Type);
        Assert.Equal(SctpParseError.None, SctpInit.TryParse(chunk, out var init));
        Assert.Equal(window, init.AdvertisedWindow);
        Assert.Equal(65535, init.OutboundStreams);
        Assert.Equal(65535, init.InboundStreams);
        Assert.True(init.TryFind(SctpParameterType.ForwardTsnSupported, out _));
        Assert.True(init.Supports(SctpChunkType.ReConfig));
        Assert.True(init.Supports(SctpChunkType.ForwardTsn));
        Assert.Equal(hasInterleaving, init.Supports((SctpChunkType)0x40));
    }

    /// <summary>Goal: our writer makes what Chromium made. Method: its own fields written again.</summary>
    [Theory]
    [InlineData("chromium")]
    [InlineData("firefox")]
    public void Writer_BrowserInitAgain_GivesTheSameBytes(string name)
    {
        var bytes = Inits[name];
        SctpPacket.TryParse(bytes, out var packet);
        SctpInit.TryParse(packet.FirstChunk, out var init);
        Span<byte> value = stackalloc byte[100];
        var parameters = new SctpParameterWriter(value);
        parameters.AddInit(
            init.InitiateTag,
            init.AdvertisedWindow,
            init.OutboundStreams,
            init.InboundStreams,
            init.InitialTsn
        );
        parameters.Add(SctpParameterType.ForwardTsnSupported, []);
        init.TryFind(SctpParameterType.SupportedExtensions, out var extensions);
        parameters.Add(SctpParameterType.SupportedExtensions, extensions);
        // The last parameter's padding is not part of the chunk's length (RFC 9260 §3.2).
        var length = 16 + 4 + 4 + extensions.Length;

        var written = new byte[100];
        var writer = new SctpPacketWriter(written, 5000, 5000, 0);
        Assert.True(writer.TryAddChunk(SctpChunkType.Init, 0, value[..length]));

        Assert.Equal(bytes, written[..writer.Complete()]);
    }

    [Fact]
    public void Writer_DataChunk_MatchesTheDiagram()
    {
        var written = new byte[64];
        var writer = new SctpPacketWriter(written, 5000, 5001, 0x01020304);
        var header = new SctpDataHeader(
            Tsn: 0xA1A2A3A4,
            StreamId: 0x0506,
            StreamSequence: 0x0708,
            PayloadProtocol: 53,
            Flags: SctpData.BeginFlag | SctpData.EndFlag
        );
        Assert.True(writer.TryAddData(header, "hello"u8));
        var length = writer.Complete();

        Assert.Equal(
            "1388138901020304"
                + Convert.ToHexStringLower(written.AsSpan(8, 4))
                + "00030015a1a2a3a4050607080000003568656c6c6f000000",
            Convert.ToHexStringLower(written.AsSpan(0, length))
        );
        Assert.Equal(
            SctpParseError.None,
            SctpPacket.TryParse(written.AsSpan(0, length), out var packet)
        );
        Assert.Equal(SctpParseError.None, SctpData.TryParse(packet.FirstChunk, out var data));
        Assert.Equal(header.Tsn, data.Tsn);
        Assert.Equal(header.StreamId, data.StreamId);
        Assert.Equal(header.StreamSequence, data.StreamSequence);
        Assert.Equal(53u, data.PayloadProtocol);
        Assert.True(data.IsBegin && data.IsEnd && !data.IsUnordered && !data.IsImmediate);
        Assert.True(data.Payload.SequenceEqual("hello"u8));
    }

    [Fact]
    public void Writer_SackAndForwardTsn_ReadBackEqual()
    {
        SctpGapBlock[] gaps = [new(2, 3), new(9, 9)];
        uint[] duplicates = [7, 8, uint.MaxValue];
        SctpSkippedStream[] streams = [new(1, 2), new(65534, 65535)];
        var written = new byte[200];
        var writer = new SctpPacketWriter(written, 5000, 5000, 9);
        Assert.True(writer.TryAddSack(1000, 2000, gaps, duplicates));
        Assert.True(writer.TryAddForwardTsn(3000, streams));
        var length = writer.Complete();

        Assert.Equal(
            SctpParseError.None,
            SctpPacket.TryParse(written.AsSpan(0, length), out var packet)
        );
        var chunks = packet.GetEnumerator();
        Assert.True(chunks.MoveNext());
        Assert.Equal(SctpParseError.None, SctpSack.TryParse(chunks.Current, out var sack));
        Assert.Equal(1000u, sack.CumulativeTsn);
        Assert.Equal(2000u, sack.AdvertisedWindow);
        Assert.Equal(gaps, new[] { sack.Gap(0), sack.Gap(1) });
        Assert.Equal(duplicates, new[] { sack.Duplicate(0), sack.Duplicate(1), sack.Duplicate(2) });
        Assert.True(chunks.MoveNext());
        Assert.Equal(SctpParseError.None, SctpForwardTsn.TryParse(chunks.Current, out var forward));
        Assert.Equal(3000u, forward.CumulativeTsn);
        Assert.Equal(streams, new[] { forward.Stream(0), forward.Stream(1) });
        Assert.False(chunks.MoveNext());
    }

    [Fact]
    public void Writer_ReconfigParameters_ReadBackEqual()
    {
        Span<byte> value = stackalloc byte[64];
        var writer = new SctpParameterWriter(value);
        writer.AddOutgoingReset(1, 2, 3, [4, 5, 6]);
        writer.AddIncomingReset(7, [8]);
        writer.AddResponse(new(9, SctpReconfigResult.InProgress));

        var parameters = new SctpParameterEnumerator(value[..writer.Length]);
        Assert.True(parameters.MoveNext());
        SctpResetRequest.TryParse(parameters.Type, parameters.Value, out var outgoing);
        Assert.Equal(
            (1u, 3u, 3),
            (outgoing.RequestSequence, outgoing.LastTsn, outgoing.StreamCount)
        );
        Assert.Equal(6, outgoing.StreamId(2));
        Assert.True(parameters.MoveNext());
        SctpResetRequest.TryParse(parameters.Type, parameters.Value, out var incoming);
        Assert.Equal(
            (7u, 0u, 1),
            (incoming.RequestSequence, incoming.LastTsn, incoming.StreamCount)
        );
        Assert.Equal(8, incoming.StreamId(0));
        Assert.True(parameters.MoveNext());
        SctpReconfigResponse.TryParse(parameters.Value, out var response);
        Assert.Equal(new SctpReconfigResponse(9, SctpReconfigResult.InProgress), response);
        Assert.False(parameters.MoveNext());
        Assert.Equal(SctpParseError.None, parameters.Error);
    }

    [Fact]
    public void Writer_ChunkThatDoesNotFit_LeavesThePacketAsItWas()
    {
        var written = new byte[12 + 16 + 16];
        var writer = new SctpPacketWriter(written, 1, 2, 3);
        Assert.True(writer.TryAddSack(1, 2, [], []));

        Assert.False(writer.TryAddSack(1, 2, [new(2, 2)], []));
        Assert.True(writer.TryAddChunk(SctpChunkType.CookieAck, 0, []));
        Assert.Equal(12 + 16 + 4, writer.Complete());
    }

    [Theory]
    [InlineData("", SctpParseError.Truncated)]
    [InlineData("13881388000000010000000000000003", SctpParseError.ChunkLength)]
    [InlineData("13881388000000010000000000000005", SctpParseError.ChunkTruncated)]
    [InlineData("1388138800000001000000000000000400", SctpParseError.ChunkTruncated)]
    [InlineData("00001388000000010000000000000004", SctpParseError.PortZero)]
    [InlineData("13880000000000010000000000000004", SctpParseError.PortZero)]
    public void TryParse_BrokenPacket_NamesWhatIsWrong(string hex, SctpParseError expected)
    {
        var bytes = Vectors.Hex(hex);
        SlowSctp.Seal(bytes);

        Assert.Equal(expected, SctpPacket.TryParse(bytes, out _));
    }

    [Fact]
    public void TryParse_AnyBitTurned_IsNoticed()
    {
        var original = Inits["firefox"];
        for (var bit = 0; bit < original.Length * 8; bit++)
        {
            byte[] bytes = [.. original];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.Equal(SctpParseError.BadChecksum, SctpPacket.TryParse(bytes, out _));
        }
    }
}
