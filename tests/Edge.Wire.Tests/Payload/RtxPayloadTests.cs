using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Payload;

/// <summary>RFC 4588 §4.</summary>
public sealed class RtxPayloadTests
{
    [Fact]
    public void TryRead_Payload_NumberAndRest()
    {
        Assert.True(RtxPayload.TryRead([0xAB, 0xCD, 1, 2], out var original, out var payload));
        Assert.Equal(new SequenceNumber(0xABCD), original);
        Assert.Equal([1, 2], payload.ToArray());
        Assert.True(RtxPayload.TryRead([0, 1], out _, out payload));
        Assert.True(payload.IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TryRead_NoNumber_Refused(int length) =>
        Assert.False(RtxPayload.TryRead(new byte[length], out _, out _));

    [Fact]
    public void WriteHeader_Number_AllOrNothing()
    {
        var bytes = WriterAssert.WritesAllOrNothing(to => RtxPayload.WriteHeader(to, new(0xABCD)));
        Assert.Equal([0xAB, 0xCD], bytes);
    }
}
