using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Wire.Tests.Sdp;

public sealed class SdpFormatParametersTests
{
    [Theory]
    [InlineData("apt=96", "apt", "96")]
    [InlineData("a=1; packetization-mode = 1 ;b=2", "packetization-mode", "1")]
    [InlineData("Profile-Level-Id=42E01F", "profile-level-id", "42E01F")]
    [InlineData("xapt=96", "apt", "")]
    [InlineData("apt", "apt", "")]
    [InlineData(";;=;apt=", "apt", "")]
    [InlineData(null, "apt", "")]
    public void Find_Parameter_IsItsValue(string? format, string name, string value)
    {
        Assert.Equal(value, SdpFormatParameters.Find(format, name).ToString());
    }
}
