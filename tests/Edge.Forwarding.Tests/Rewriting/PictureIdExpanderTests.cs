using Edge.Forwarding.Rewriting;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Rewriting;

public sealed class PictureIdExpanderTests
{
    [Fact]
    public void Expand_SevenBitsCountedOn_NeverGoesBack()
    {
        var expander = default(PictureIdExpander);
        int first = expander.Expand(Descriptor(100));
        for (var picture = 1; picture < 70_000; picture++)
        {
            var id = expander.Expand(Descriptor((100 + picture) & 0x7F));
            Assert.Equal((first + picture) & 0x7FFF, id);
        }
    }

    [Fact]
    public void Expand_LatePicture_StaysBehind()
    {
        var expander = default(PictureIdExpander);
        int before = expander.Expand(Descriptor(126));
        Assert.Equal(before + 4, expander.Expand(Descriptor(2)));
        Assert.Equal(before + 1, expander.Expand(Descriptor(127)));
        Assert.Equal(before + 5, expander.Expand(Descriptor(3)));
    }

    private static Vp8Descriptor Descriptor(int shortId)
    {
        Assert.True(Vp8Descriptor.TryParse([0x90, 0x80, (byte)shortId, 0x00], out var descriptor));
        return descriptor;
    }
}
