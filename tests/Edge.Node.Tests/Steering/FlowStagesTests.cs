using Anycast.Steering;
using Edge.Node.Steering;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>Which datagrams begin a session at an address.</summary>
public sealed class FlowStagesTests
{
    /// <summary>STUN (an answer); DTLS: the first flight, the change of ciphers, the last message under keys, an alert and data
    /// before and after; SRTP, SRTCP, and what is too short for anything.</summary>
    [Theory]
    [InlineData(new byte[] { 1, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42 }, FlowStage.Opening, false)]
    [InlineData(new byte[] { 22, 254, 253, 0, 0, 0, 0, 0 }, FlowStage.Opening, true)]
    [InlineData(new byte[] { 20, 254, 253, 0, 0, 0, 0, 0 }, FlowStage.Opening, true)]
    [InlineData(new byte[] { 22, 254, 253, 0, 1, 0, 0, 0 }, FlowStage.Opening, true)]
    [InlineData(new byte[] { 21, 254, 253, 0, 0, 0, 0, 0 }, FlowStage.Opening, true)]
    [InlineData(new byte[] { 21, 254, 253, 0, 1, 0, 0, 0 }, FlowStage.Established, false)]
    [InlineData(new byte[] { 23, 254, 253, 0, 1, 0, 0, 0 }, FlowStage.Established, false)]
    [InlineData(new byte[] { 23, 254, 253, 1, 0, 0, 0, 0 }, FlowStage.Established, false)]
    [InlineData(new byte[] { 128, 96, 0, 1, 0, 0, 0, 0 }, FlowStage.Established, false)]
    [InlineData(new byte[] { 128, 200, 0, 1, 0, 0, 0, 0 }, FlowStage.Established, false)]
    [InlineData(new byte[] { 22, 254, 253 }, FlowStage.Established, false)]
    [InlineData(new byte[0], FlowStage.Established, false)]
    public void Of_EachKind_TellsWhatBegins(byte[] datagram, FlowStage stage, bool isHandshake)
    {
        Assert.Equal(stage, FlowStages.Of(datagram));
        Assert.Equal(isHandshake, FlowStages.IsHandshake(datagram));
        AllocationAssert.None(() =>
        {
            _ = FlowStages.Of(datagram);
            _ = FlowStages.IsHandshake(datagram);
        });
    }
}
