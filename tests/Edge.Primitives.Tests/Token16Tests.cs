using System.Text;
using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of short identifiers held by value, and of the mid and rid made of them.</summary>
public sealed class Token16Tests
{
    [Theory]
    [InlineData("0")]
    [InlineData("video")]
    [InlineData("12345678")]
    [InlineData("123456789")]
    [InlineData("1234567890abcdef")]
    [InlineData("!~")]
    public void TryCreate_Token_RoundTrips(string text)
    {
        Assert.True(Token16.TryCreate(text.AsSpan(), out var token));
        Assert.True(Token16.TryCreate(Encoding.ASCII.GetBytes(text), out var fromBytes));
        Assert.Equal(token, fromBytes);
        Assert.Equal(text, token.ToString());
        Assert.Equal(text.Length, token.Length);
        Assert.False(token.IsEmpty);
        var written = new byte[text.Length];
        Assert.Equal(text.Length, token.CopyTo(written));
        Assert.Equal(Encoding.ASCII.GetBytes(text), written);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1234567890abcdefg")]
    [InlineData("a b")]
    [InlineData("a\0")]
    [InlineData("a\u007f")]
    [InlineData("é")]
    public void TryCreate_NotAToken_False(string text)
    {
        Assert.False(Token16.TryCreate(text.AsSpan(), out var token));
        Assert.True(token.IsEmpty);
        Assert.False(Token16.TryCreate(Encoding.Latin1.GetBytes(text), out _));
        Assert.Throws<ArgumentException>(() => Token16.Create(text));
    }

    [Fact]
    public void CopyTo_TooShort_ZeroAndUntouched()
    {
        Span<byte> destination = [7, 7];
        Assert.Equal(0, Token16.Create("abc").CopyTo(destination));
        Assert.Equal([7, 7], destination.ToArray());
    }

    [Fact]
    public void Equality_PrefixAndOther_Differ()
    {
        Assert.NotEqual(Token16.Create("a"), Token16.Create("ab"));
        Assert.NotEqual(Token16.Create("123456789"), Token16.Create("12345678a"));
        Assert.Equal(Token16.Create("ab"), Token16.Create("ab"));
    }

    [Fact]
    public void Default_Empty_NoCharacters()
    {
        Assert.True(default(Token16).IsEmpty);
        Assert.Equal(0, default(Token16).Length);
        Assert.Equal("", default(Token16).ToString());
        Assert.True(default(Rid).IsEmpty);
    }

    [Fact]
    public void MidAndRid_SameText_ReadAsWritten()
    {
        Assert.Equal("video0", Mid.Create("video0").ToString());
        Assert.Equal(Mid.Create("0"), Mid.Create("0"));
        Assert.Equal("hi", Rid.Create("hi").ToString());
        Assert.False(Rid.Create("hi").IsEmpty);
    }

    [Fact]
    public void TryCreate_FromBytesAndCompared_AllocatesNothing()
    {
        var wanted = Token16.Create("video");
        var isEqual = false;
        AllocationAssert.None(() =>
        {
            Token16.TryCreate("video"u8, out var token);
            isEqual = token == wanted;
        });
        Assert.True(isEqual);
    }
}
