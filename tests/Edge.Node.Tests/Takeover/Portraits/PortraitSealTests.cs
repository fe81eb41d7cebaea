using System.Buffers.Binary;
using Edge.Node.HandOver.Letters;
using Edge.Node.Takeover.Portraits;
using Edge.Node.Tests.HandOver.Desk;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Takeover.Portraits;

/// <summary>What is kept of sessions at other nodes is opened by who has the secret, as it was or not at all.</summary>
public sealed class PortraitSealTests : IDisposable
{
    private const int NumberOffset = 33;
    private const int FrontBytes = NumberOffset + sizeof(ulong);
    private const int TagBytes = 16;

    private static readonly UInt128 Session = new(0x0123456789ABCDEF, 0xFEDCBA9876543210);
    private static readonly HandOverKeys Keys = HandOverKeys.Of(LetterLab.Options("n1"));

    private readonly PortraitSeal _seal = new(Keys);

    public void Dispose() => _seal.Dispose();

    [Fact]
    public void TryOpen_AnyText_AsItWasSealed() =>
        Seeds.Check(
            random =>
            {
                var text = new byte[random.NextInt32(3000)];
                random.Fill(text);
                var session = new UInt128(random.NextUInt64(), random.NextUInt64());
                var whole = _seal.Seal(session, text);

                Assert.Equal(FrontBytes + text.Length + TagBytes, whole.Length);
                Assert.Equal(text, _seal.TryOpen(session, whole));
            },
            rounds: 50
        );

    [Fact]
    public void TryOpen_Nothing_IsNothingAndNotNull() =>
        Assert.Empty(_seal.TryOpen(Session, _seal.Seal(Session, []))!);

    /// <summary>Every bit of it: the secret's id, the salt, the number, the text and the tag.</summary>
    [Fact]
    public void TryOpen_AnyBitChanged_Null()
    {
        var whole = _seal.Seal(Session, "the keys of a session"u8);
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(_seal.TryOpen(Session, whole));
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.NotNull(_seal.TryOpen(Session, whole));
    }

    [Fact]
    public void TryOpen_CutAnywhere_Null()
    {
        var whole = _seal.Seal(Session, "the keys of a session"u8);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(_seal.TryOpen(Session, whole.AsSpan(0, length)));
        }
    }

    [Fact]
    public void TryOpen_SomethingAppended_Null()
    {
        byte[] longer = [.. _seal.Seal(Session, "the keys of a session"u8), 0];

        Assert.Null(_seal.TryOpen(Session, longer));
    }

    /// <summary>A portrait is not put in the place of another session's, which may differ in any bit.</summary>
    [Fact]
    public void TryOpen_OfAnotherSession_Null()
    {
        var whole = _seal.Seal(Session, "the keys of a session"u8);
        for (var bit = 0; bit < 128; bit++)
        {
            Assert.Null(_seal.TryOpen(Session ^ (UInt128.One << bit), whole));
        }
    }

    [Fact]
    public void TryOpen_SecretIsUnknown_Null()
    {
        var whole = _seal.Seal(Session, "the keys of a session"u8);
        using var other = new PortraitSeal(
            HandOverKeys.Of(LetterLab.Options("n2") with { PopKeyId = 2 })
        );

        Assert.Null(other.TryOpen(Session, whole));
    }

    [Fact]
    public void TryOpen_SecretIsAnotherOfTheSameId_Null()
    {
        var whole = _seal.Seal(Session, "the keys of a session"u8);
        using var other = new PortraitSeal(
            HandOverKeys.Of(LetterLab.Options("n2") with { PopSecret = LetterLab.OtherSecret })
        );

        Assert.Null(other.TryOpen(Session, whole));
    }

    /// <summary>Each node of a PoP draws a salt of its own.</summary>
    [Fact]
    public void TryOpen_SealedByAnotherNode_AsItWas()
    {
        var text = "the keys of a session"u8.ToArray();
        using var other = new PortraitSeal(HandOverKeys.Of(LetterLab.Options("n2")));

        Assert.Equal(text, other.TryOpen(Session, _seal.Seal(Session, text)));
        Assert.Equal(text, _seal.TryOpen(Session, other.Seal(Session, text)));
    }

    /// <summary>While the secret is being replaced, nodes that have the next one read what was sealed with the one before.</summary>
    [Fact]
    public void TryOpen_SealedWithTheFormerSecret_AsItWas()
    {
        var text = "the keys of a session"u8.ToArray();
        using var next = new PortraitSeal(
            HandOverKeys.Of(
                LetterLab.Options("n2") with
                {
                    PopSecret = LetterLab.OtherSecret,
                    PopKeyId = 2,
                    FormerPopSecret = LetterLab.Secret,
                    FormerPopKeyId = 1,
                }
            )
        );

        Assert.Equal(text, next.TryOpen(Session, _seal.Seal(Session, text)));
        Assert.Equal(2, next.Seal(Session, text)[0]);
    }

    /// <summary>The key is one for the life of a node: a nonce that comes twice would give it away.</summary>
    [Fact]
    public void Seal_ManyTimes_NoNumberComesTwice()
    {
        var numbers = new HashSet<ulong>();
        var salts = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < 1000; round++)
        {
            var whole = _seal.Seal(Session, [1]);
            Assert.True(
                numbers.Add(BinaryPrimitives.ReadUInt64BigEndian(whole.AsSpan(NumberOffset)))
            );
            salts.Add(Convert.ToHexString(whole, 1, NumberOffset - 1));
        }

        Assert.Single(salts);
    }

    /// <summary>Two lives of a node count from the same number, and have another key.</summary>
    [Fact]
    public void Seal_InAnotherLife_SaltIsAnother()
    {
        using var other = new PortraitSeal(Keys);
        var first = _seal.Seal(Session, new byte[64]);
        var second = other.Seal(Session, new byte[64]);

        Assert.Equal(first[NumberOffset..FrontBytes], second[NumberOffset..FrontBytes]);
        Assert.NotEqual(first[1..NumberOffset], second[1..NumberOffset]);
        Assert.NotEqual(first[FrontBytes..], second[FrontBytes..]);
    }

    [Fact]
    public void TryOpen_AnyBytes_Null() =>
        Seeds.Check(
            random =>
            {
                var whole = new byte[random.NextInt32(200)];
                random.Fill(whole);
                if (whole.Length > 0)
                {
                    // Or most would be of a secret that is unknown.
                    whole[0] = 1;
                }

                Assert.Null(_seal.TryOpen(Session, whole));
            },
            rounds: 2000
        );
}
