using Edge.Testing;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;
using Edge.Wire.Sctp.DataChannels;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Sctp;

/// <summary>Any bytes into the parsers, compared with a slow reading of RFC 9260 §3.</summary>
public sealed class SctpFuzz
{
    /// <summary>The one entry: replay, mutation and external fuzzers call it.</summary>
    internal static void Run(ReadOnlySpan<byte> input)
    {
        byte[] bytes = [.. input];
        RunPacket(bytes);
        // Without the right checksum nothing behind it would be reached.
        SlowSctp.Seal(bytes);
        RunPacket(bytes);
        if (DataChannelOpenMessage.TryParse(input, out var open) == SctpParseError.None)
        {
            Assert.Equal(input.Length, 12 + open.Label.Length + open.Protocol.Length);
        }
    }

    [Fact]
    public void Run_MutatedPackets_AgreesWithTheSlowReader()
    {
        var inits = Vectors.Load("sctp/browser-inits.txt");
        MutationFuzz.Run(Run, [inits["chromium"], inits["firefox"], .. WrittenPackets()]);
    }

    private static List<byte[]> WrittenPackets()
    {
        var buffer = new byte[400];
        var data = new SctpPacketWriter(buffer, 5000, 5000, 1);
        data.TryAddSack(10, 20, [new(2, 3), new(5, 6)], [4, 5]);
        data.TryAddForwardTsn(30, [new(1, 2)]);
        data.TryAddData(new(1, 2, 3, 51, 7), "text"u8);
        List<byte[]> packets = [buffer[..data.Complete()]];
        var value = new byte[100];
        var parameters = new SctpParameterWriter(value);
        parameters.AddOutgoingReset(1, 2, 3, [4, 5, 6]);
        parameters.AddResponse(new(9, SctpReconfigResult.Performed));
        var control = new SctpPacketWriter(buffer, 5000, 5000, 1);
        control.TryAddChunk(SctpChunkType.ReConfig, 0, value.AsSpan(0, parameters.Length));
        control.TryAddChunk(SctpChunkType.InitAck, 0, value.AsSpan(0, parameters.Length));
        packets.Add(buffer[..control.Complete()]);
        var length = DataChannelOpenMessage.Write(
            buffer,
            DataChannelType.TimeLimitedUnordered,
            5,
            "label"u8,
            "protocol"u8
        );
        packets.Add(buffer[..length]);
        return packets;
    }

    private static void RunPacket(ReadOnlySpan<byte> bytes)
    {
        var error = SctpPacket.TryParse(bytes, out var packet);
        var expected = SlowSctp.Read(bytes);
        Assert.Equal(expected is not null, error == SctpParseError.None);
        if (expected is null)
        {
            return;
        }

        var index = 0;
        foreach (var chunk in packet)
        {
            Assert.Equal(expected[index].Type, (byte)chunk.Type);
            Assert.Equal(expected[index].Flags, chunk.Flags);
            Assert.True(chunk.Value.SequenceEqual(expected[index].Value));
            ReadAsEverything(chunk);
            index++;
        }

        Assert.Equal(expected.Count, index);
    }

    /// <summary>Every view over every chunk: what one accepts it can read to the end.</summary>
    private static void ReadAsEverything(SctpChunk chunk)
    {
        if (SctpData.TryParse(chunk, out var data) == SctpParseError.None)
        {
            Assert.False(data.Payload.IsEmpty);
        }

        if (SctpSack.TryParse(chunk, out var sack) == SctpParseError.None)
        {
            for (var index = 0; index < sack.GapCount; index++)
            {
                _ = sack.Gap(index);
            }

            for (var index = 0; index < sack.DuplicateCount; index++)
            {
                _ = sack.Duplicate(index);
            }
        }

        if (SctpForwardTsn.TryParse(chunk, out var forward) == SctpParseError.None)
        {
            for (var index = 0; index < forward.StreamCount; index++)
            {
                _ = forward.Stream(index);
            }
        }

        if (SctpInit.TryParse(chunk, out var init) == SctpParseError.None)
        {
            Assert.NotEqual(0u, init.InitiateTag);
            _ = init.Supports(SctpChunkType.ReConfig);
        }

        var parameters = new SctpParameterEnumerator(chunk.Value);
        while (parameters.MoveNext())
        {
            _ = SctpReconfigResponse.TryParse(parameters.Value, out _);
            var error = SctpResetRequest.TryParse(parameters.Type, parameters.Value, out var reset);
            for (var index = 0; error == SctpParseError.None && index < reset.StreamCount; index++)
            {
                _ = reset.StreamId(index);
                _ = reset.LastTsn;
            }
        }
    }
}
