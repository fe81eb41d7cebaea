using Edge.Node.HandOver.Letters;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.HandOver;

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

    private static byte[] Seal(byte[] group) =>
        HandOverLetter.Seal(Keys, keyId: 1, Route, ticket: 4, id: 5, group);
}
