using Edge.Node.Sessions;
using Edge.Node.Takeover.Portraits;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Takeover.Portraits;

public sealed class PortraitTextTests
{
    [Theory]
    [InlineData(SessionRole.Publisher)]
    [InlineData(SessionRole.Player)]
    [InlineData(SessionRole.Caller)]
    internal void TryRead_WhatWasWritten_TheSame(SessionRole written)
    {
        var text = PortraitText.Write(
            written,
            513,
            ulong.MaxValue - 1,
            new Instant(12345),
            "abc"u8
        );

        Assert.True(
            PortraitText.TryRead(
                text,
                out var role,
                out var node,
                out var life,
                out var at,
                out var portrait
            )
        );
        Assert.Equal(
            (written, 513, ulong.MaxValue - 1, new Instant(12345)),
            (role, node, life, at)
        );
        Assert.Equal("abc"u8, portrait.Span);
    }

    [Fact]
    public void TryRead_CutOrOfNoRole_False()
    {
        var text = PortraitText.Write(SessionRole.Player, 1, 2, new Instant(3), []);
        for (var length = 0; length < text.Length; length++)
        {
            Assert.False(
                PortraitText.TryRead(text.AsMemory(0, length), out _, out _, out _, out _, out _)
            );
        }

        text[0] = 3;
        Assert.False(PortraitText.TryRead(text, out _, out _, out _, out _, out _));
    }
}
