using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Letters;
using Edge.Node.Tests.HandOver.Desk;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.HandOver.Letters;

/// <summary>What is sealed is read by who has the secret, as it was or not at all.</summary>
public sealed class HandOverLetterTests
{
    private static readonly HandOverKeys Keys = HandOverKeys.Of(LetterLab.Options("n1"));
    private static readonly HandOverRoute Route = new(1, 2, 3);

    [Fact]
    public void Open_AnyGroup_AsItWasSealed() =>
        Seeds.Check(
            random =>
            {
                var group = new byte[random.NextInt32(3000)];
                random.Fill(group);
                var letter = Seal(group);
                Assert.Equal(HandOverLetter.OverheadBytes + group.Length, letter.Length);
                Assert.True(HandOverLetter.TryReadFront(letter, out var front));
                Assert.Equal(new HandOverFront(1, Route, 4, 5), front);
                var opened = new byte[group.Length];
                Assert.True(HandOverLetter.TryOpen(Keys, letter, opened));
                Assert.Equal(group, opened);
            },
            rounds: 50
        );

    [Fact]
    public void Open_AnythingChanged_NothingIsLeftOfIt() =>
        Seeds.Check(
            random =>
            {
                var group = new byte[1 + random.NextInt32(200)];
                group.AsSpan().Fill(7);
                var letter = Seal(group);
                letter[random.NextInt32(letter.Length)] ^= (byte)(1 << random.NextInt32(8));
                var opened = new byte[group.Length];
                Assert.False(HandOverLetter.TryOpen(Keys, letter, opened));
                Assert.All(opened, value => Assert.Equal(0, value));
            },
            rounds: 300
        );

    [Fact]
    public void Open_Shortened_False()
    {
        var letter = Seal(new byte[20]);
        for (var length = 0; length < letter.Length; length++)
        {
            var cut = letter.AsSpan(0, length);
            var opened = new byte[Math.Max(0, HandOverLetter.GroupBytes(cut))];
            Assert.False(HandOverLetter.TryOpen(Keys, cut, opened));
        }
    }

    /// <summary>One key, one nonce, one letter.</summary>
    [Fact]
    public void Seal_TheSameTwice_NothingIsAlikeBehindTheFront()
    {
        var first = Seal(new byte[32]);
        var second = Seal(new byte[32]);
        Assert.NotEqual(first[^48..], second[^48..]);
        Assert.NotEqual(
            HandOverLetter.Salt(first).ToArray(),
            HandOverLetter.Salt(second).ToArray()
        );
    }

    /// <summary>A question of a later version, which appends.</summary>
    [Fact]
    public void ReadAsk_OfALaterVersion_IsRead()
    {
        var nonce = Nonce();
        byte[] later = [.. HandOverAsk.Write(Keys, Route, nonce), 1, 2, 3];

        Assert.True(HandOverAsk.TryRead(later, Keys, out var route, out var read, out var keyId));
        Assert.Equal((Route, (byte)1), (route, keyId));
        Assert.Equal(nonce, read.ToArray());
    }

    /// <summary>What a later version adds stands in front of the MAC, which is over all.</summary>
    [Fact]
    public void ReadBid_OfALaterVersion_IsRead()
    {
        var nonce = Nonce();
        var bid = new HandOverPeer(Route.From, Room: 6, Life: 7, Ticket: 8, KeyId: 1);
        var later = Longer(
            HandOverBid.Write(Keys, Route, nonce, bid),
            nonce,
            "edge hand-over offer v1"u8
        );

        Assert.Equal(bid, HandOverBid.Read(later, Keys, Route, nonce));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(100)]
    public void ReadAnswer_OfALaterVersion_IsRead(byte outcome)
    {
        var letter = Seal([1, 2, 3]);
        Assert.True(HandOverLetter.TryReadFront(letter, out var front));
        var salt = HandOverLetter.Salt(letter).ToArray();
        var answer = HandOverAnswer.Write(
            Keys,
            front,
            salt,
            outcome == 0 ? null : (HandOverRefusal)outcome
        );
        var later = Longer(answer, salt, "edge hand-over answer v1"u8);

        HandOverResult expected = outcome switch
        {
            0 => new HandOverResult.Taken(),
            100 => new HandOverResult.Refused(HandOverRefusal.Other),
            _ => new HandOverResult.Refused((HandOverRefusal)outcome),
        };
        Assert.Equal(expected, HandOverAnswer.Read(later, Keys, front, salt));
    }

    /// <summary>Another version may mean anything by the rest.</summary>
    [Fact]
    public void Read_AnotherVersionNumber_IsNone()
    {
        var nonce = Nonce();
        var ask = HandOverAsk.Write(Keys, Route, nonce);
        var letter = Seal([1, 2, 3]);
        ask[0]++;
        letter[0]++;

        Assert.False(HandOverAsk.TryRead(ask, Keys, out _, out _, out _));
        Assert.Null(HandOverHeader.ReadKind(ask));
        Assert.Null(HandOverHeader.ReadKind(letter));
        Assert.False(HandOverLetter.TryReadFront(letter, out _));
    }

    private static byte[] Nonce() =>
        [.. Enumerable.Range(0, HandOverAsk.NonceBytes).Select(number => (byte)number)];

    /// <summary>A message with more in front of its MAC, put together here from the format's description.</summary>
    private static byte[] Longer(byte[] message, byte[] salt, ReadOnlySpan<byte> purpose)
    {
        byte[] longer = [.. message[..^HandOverKeys.KeyBytes], 9, 8, 7];
        var mac = new byte[HandOverKeys.KeyBytes];
        Keys.WriteMac(1, salt, purpose, longer, mac);
        return [.. longer, .. mac];
    }

    private static byte[] Seal(byte[] group) =>
        HandOverLetter.Seal(Keys, keyId: 1, Route, ticket: 4, id: 5, group);
}
