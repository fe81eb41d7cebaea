using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>Tokens made, written and read.</summary>
public sealed class TrackTokenTests
{
    /// <summary>The expected value is that of `printf 'session\0camera' | sha256sum`.</summary>
    [Fact]
    public void Create_SessionAndName_IsTheBeginningOfTheirHash() =>
        Assert.Equal(
            "7c75fd685469e67c23d9b67d1b6c7671",
            Convert.ToHexStringLower(Bytes(TrackToken.Create("session", "camera")))
        );

    [Fact]
    public void Create_OtherSplitOfTheSameText_IsAnother()
    {
        Assert.NotEqual(TrackToken.Create("ab", "c"), TrackToken.Create("a", "bc"));
        Assert.NotEqual(TrackToken.Create("a", ""), TrackToken.Create("", "a"));
        Assert.Equal(TrackToken.Create("ä", "ö"), TrackToken.Create("ä", "ö"));
    }

    [Fact]
    public void ToString_AnyToken_IsReadBack() =>
        Seeds.Check(
            random =>
            {
                var bytes = random.NextBytes(TrackToken.Bytes);
                Assert.True(TrackToken.TryCreate(bytes, out var token));
                var text = token.ToString();

                Assert.Equal(TrackToken.TextLength, text.Length);
                Assert.Matches("^[A-Za-z0-9_-]+$", text);
                Assert.True(TrackToken.TryParse(text, out var read));
                Assert.Equal(token, read);
                Assert.Equal(token.GetHashCode(), read.GetHashCode());
                Assert.Equal(bytes, Bytes(read));
            },
            rounds: 100
        );

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAB")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA+A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAä")]
    public void TryParse_OtherText_IsRefused(string text)
    {
        Assert.False(TrackToken.TryParse(text, out var token));
        Assert.Equal(default, token);
    }

    [Fact]
    public void TryCreate_OtherLength_IsRefused()
    {
        Assert.False(TrackToken.TryCreate(new byte[TrackToken.Bytes - 1], out _));
        Assert.False(TrackToken.TryCreate(new byte[TrackToken.Bytes + 1], out _));
    }

    [Fact]
    public void CopyTo_TooShortSpan_WritesNothing() =>
        WriterAssert.WritesAllOrNothing(TrackToken.Create("session", "camera").CopyTo);

    private static byte[] Bytes(TrackToken token)
    {
        var bytes = new byte[TrackToken.Bytes];
        Assert.Equal(TrackToken.Bytes, token.CopyTo(bytes));
        return bytes;
    }
}
