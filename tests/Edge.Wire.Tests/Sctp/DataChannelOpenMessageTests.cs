using Edge.Testing;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.DataChannels;
using Xunit;

namespace Edge.Wire.Tests.Sctp;

/// <summary>RFC 8832 §5.1.</summary>
public sealed class DataChannelOpenMessageTests
{
    [Fact]
    public void Write_TimedUnorderedChannel_MatchesTheDiagram()
    {
        var buffer = new byte[64];
        var length = DataChannelOpenMessage.Write(
            buffer,
            DataChannelType.TimeLimitedUnordered,
            reliability: 500,
            "chat"u8,
            "p1"u8
        );

        Assert.Equal(
            "03820100000001f400040002" + "63686174" + "7031",
            Convert.ToHexStringLower(buffer.AsSpan(0, length))
        );
        Assert.Equal(
            SctpParseError.None,
            DataChannelOpenMessage.TryParse(buffer.AsSpan(0, length), out var open)
        );
        Assert.True(open.IsUnordered);
        Assert.Equal(500u, open.Reliability);
        Assert.True(open.Label.SequenceEqual("chat"u8));
        Assert.True(open.Protocol.SequenceEqual("p1"u8));
    }

    [Theory]
    [InlineData("0300010000000000000000", SctpParseError.Truncated)]
    [InlineData("020001000000000000000000", SctpParseError.NotThisMessage)]
    [InlineData("030001000000000000010000", SctpParseError.ParameterLength)]
    [InlineData("03000100000000000000000000", SctpParseError.ParameterLength)]
    [InlineData("030301000000000000000000", SctpParseError.FieldValue)]
    [InlineData("038301000000000000000000", SctpParseError.FieldValue)]
    public void TryParse_BrokenMessage_NamesWhatIsWrong(string hex, SctpParseError expected) =>
        Assert.Equal(expected, DataChannelOpenMessage.TryParse(Vectors.Hex(hex), out _));
}
