using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

public sealed class RtpExtensionIdsTests
{
    [Theory]
    [InlineData(3, true)]
    [InlineData(7, true)]
    [InlineData(1, false)]
    [InlineData(14, false)]
    [InlineData(15, false)]
    [InlineData(200, false)]
    public void Of_OneByteForm_HasItsOwnAlone(byte wanted, bool isThere) =>
        Assert.Equal(isThere, Ids(ExtensionForm.OneByte, 3, 7).MayHave(Only(wanted)));

    /// <summary>High ids are not told apart.</summary>
    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(99, true)]
    [InlineData(15, true)]
    public void Of_TwoByteForm_HighIdsAreOne(byte wanted, bool isThere) =>
        Assert.Equal(isThere, Ids(ExtensionForm.TwoByte, 3, 99).MayHave(Only(wanted)));

    [Fact]
    public void MayHave_NothingKnown_AnythingWanted()
    {
        Assert.True(default(RtpExtensionIds).MayHave(Only(5)));
        Assert.False(default(RtpExtensionIds).MayHave(default));
        Assert.Equal(default, RtpExtensionIds.Of([1, 2, 3]));
    }

    [Fact]
    public void MayHave_NothingThereOrNothingWanted_IsFalse()
    {
        Assert.False(Ids(ExtensionForm.OneByte).MayHave(Only(5)));
        Assert.False(Ids(ExtensionForm.OneByte, 5).MayHave(default));
    }

    private static RtpExtensionIds Only(byte id) => default(RtpExtensionIds).With(id);

    private static RtpExtensionIds Ids(ExtensionForm form, params byte[] ids)
    {
        var packet = new byte[200];
        var writer = new RtpHeaderWriter(packet, false, new(96), new(1), 2, new(3), form);
        foreach (var id in ids)
        {
            Assert.True(writer.AddExtension(id, [1]));
        }

        return RtpExtensionIds.Of(packet.AsSpan(0, writer.Complete()));
    }
}
