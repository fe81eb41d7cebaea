using Edge.Node.HandOver.Letters;
using Edge.Node.Takeover.Portraits;
using Edge.Node.Tests.HandOver.Desk;
using Xunit;

namespace Edge.Node.Tests.Takeover.Portraits;

public sealed class PortraitSealTests : IDisposable
{
    private static readonly UInt128 Session = 77;
    private static readonly byte[] Text = [.. Enumerable.Range(0, 300).Select(each => (byte)each)];

    private readonly PortraitSeal _seal = new(HandOverKeys.Of(LetterLab.Options("n1")));

    public void Dispose() => _seal.Dispose();

    [Fact]
    public void TryOpen_AnotherNodeOfThePop_ReadsIt()
    {
        using var other = new PortraitSeal(HandOverKeys.Of(LetterLab.Options("n2")));

        Assert.Equal(Text, other.TryOpen(Session, _seal.Seal(Session, Text)));
    }

    [Fact]
    public void Seal_Twice_NothingIsTheSame()
    {
        var first = _seal.Seal(Session, Text);
        var second = _seal.Seal(Session, Text);

        Assert.NotEqual(first[^Text.Length..], second[^Text.Length..]);
        Assert.True(first.AsSpan().IndexOf(Text.AsSpan(0, 16)) < 0);
    }

    [Fact]
    public void TryOpen_OfAnotherSession_Null() =>
        Assert.Null(_seal.TryOpen(Session + 1, _seal.Seal(Session, Text)));

    [Fact]
    public void TryOpen_AnyByteChangedOrMissing_Null()
    {
        var sealedText = _seal.Seal(Session, Text);
        for (var index = 0; index < sealedText.Length; index++)
        {
            var changed = sealedText.ToArray();
            changed[index] ^= 0x10;
            Assert.Null(_seal.TryOpen(Session, changed));
            Assert.Null(_seal.TryOpen(Session, sealedText.AsSpan(0, index)));
        }
    }
}
