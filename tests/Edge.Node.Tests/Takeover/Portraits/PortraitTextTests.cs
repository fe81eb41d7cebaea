using Edge.Node.Sessions;
using Edge.Node.Takeover.Portraits;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Takeover.Portraits;

/// <summary>Who portrayed a session, and when, is read as it was written.</summary>
public sealed class PortraitTextTests
{
    private const int FrontBytes = 19;

    [Fact]
    public void TryRead_AnyPortrait_AsItWasWritten() =>
        Seeds.Check(
            random =>
            {
                var written = new byte[random.NextInt32(3000)];
                random.Fill(written);
                var role = (SessionRole)random.NextInt32(3);
                var node = (ushort)random.NextInt32(1 << 16);
                var life = random.NextUInt64();
                var at = new Instant(unchecked((long)random.NextUInt64()));
                var text = PortraitText.Write(role, node, life, at, written);

                Assert.True(
                    PortraitText.TryRead(
                        text,
                        out var readRole,
                        out var readNode,
                        out var readLife,
                        out var readAt,
                        out var portrait
                    )
                );
                Assert.Equal((role, node, life, at), (readRole, readNode, readLife, readAt));
                Assert.Equal(written, portrait.ToArray());
            },
            rounds: 50
        );

    /// <summary>Nodes of other versions read it: where everything is stays.</summary>
    [Fact]
    public void Write_IsAsItWasInTheFirstVersion() =>
        Assert.Equal(
            "02" + "0102" + "030405060708090A" + "0B0C0D0E0F101112" + "AABB",
            Convert.ToHexString(
                PortraitText.Write(
                    SessionRole.Caller,
                    0x0102,
                    0x030405060708090A,
                    new Instant(0x0B0C0D0E0F101112),
                    [0xAA, 0xBB]
                )
            )
        );

    [Fact]
    public void TryRead_ShorterThanItsFront_False()
    {
        var text = PortraitText.Write(SessionRole.Player, 1, 2, Instant.Zero, []);
        Assert.Equal(FrontBytes, text.Length);
        for (var length = 0; length < FrontBytes; length++)
        {
            Assert.False(
                PortraitText.TryRead(
                    text.AsMemory(0, length),
                    out _,
                    out var node,
                    out var life,
                    out _,
                    out var portrait
                )
            );
            Assert.Equal((0, 0UL, 0), (node, life, portrait.Length));
        }
    }

    [Fact]
    public void TryRead_OfNoRole_False()
    {
        var text = PortraitText.Write(SessionRole.Caller, 1, 2, Instant.Zero, []);
        text[0]++;
        Assert.False(PortraitText.TryRead(text, out _, out _, out _, out _, out _));
    }

    /// <summary>The text is secret: who clears it has cleared the portrait.</summary>
    [Fact]
    public void TryRead_Portrait_IsBorrowed()
    {
        var text = PortraitText.Write(SessionRole.Player, 1, 2, Instant.Zero, [7, 7]);
        Assert.True(PortraitText.TryRead(text, out _, out _, out _, out _, out var portrait));

        text.AsSpan().Clear();

        Assert.Equal([0, 0], portrait.ToArray());
    }
}
