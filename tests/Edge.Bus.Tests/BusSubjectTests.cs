using System.Text.RegularExpressions;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests;

public sealed class BusSubjectTests
{
    [Theory]
    [InlineData("a", true, true)]
    [InlineData("a.b.c", true, true)]
    [InlineData("_INBOX.x-1_2", true, true)]
    [InlineData("$a.~", true, true)]
    [InlineData("a.*", false, true)]
    [InlineData("*", false, true)]
    [InlineData(">", false, true)]
    [InlineData("*.*.>", false, true)]
    [InlineData("", false, false)]
    [InlineData(".", false, false)]
    [InlineData(".a", false, false)]
    [InlineData("a.", false, false)]
    [InlineData("a..b", false, false)]
    [InlineData(">.a", false, false)]
    [InlineData("a.>.b", false, false)]
    [InlineData("a*", false, false)]
    [InlineData("a.b>", false, false)]
    [InlineData("**", false, false)]
    [InlineData("a b", false, false)]
    [InlineData("a\tb", false, false)]
    [InlineData("a\r\n", false, false)]
    [InlineData("ä", false, false)]
    [InlineData("a\u007f", false, false)]
    public void IsWellFormed_EachText_AsTheServerTakesIt(string text, bool subject, bool pattern)
    {
        Assert.Equal(subject, BusSubject.IsSubject(text));
        Assert.Equal(pattern, BusSubject.IsPattern(text));
    }

    [Fact]
    public void IsWellFormed_TooLong_IsNot()
    {
        Assert.True(BusSubject.IsSubject(new string('a', BusSubject.LengthMax)));
        Assert.False(BusSubject.IsSubject(new string('a', BusSubject.LengthMax + 1)));
    }

    /// <summary>Against another way of saying the same, over tokens that are often equal.</summary>
    [Fact]
    public void Matches_RandomPatternsAndSubjects_AsARegularExpressionSays() =>
        Seeds.Check(
            random =>
            {
                var pattern = Join(random, ["a", "b", "ab", "*"], mayEndOpen: true);
                var subject = Join(random, ["a", "b", "ab"], mayEndOpen: false);
                var expression = Regex
                    .Escape(pattern)
                    .Replace(@"\*", "[^.]+", StringComparison.Ordinal)
                    .Replace(">", ".+", StringComparison.Ordinal);
                Assert.Equal(
                    Regex.IsMatch(
                        subject,
                        $"^{expression}$",
                        RegexOptions.None,
                        TimeSpan.FromSeconds(1)
                    ),
                    BusSubject.Matches(pattern, subject)
                );
            },
            rounds: 2000
        );

    private static string Join(Prng random, string[] tokens, bool mayEndOpen)
    {
        var parts = Enumerable
            .Range(0, 1 + random.NextInt32(4))
            .Select(_ => tokens[random.NextInt32(tokens.Length)])
            .ToList();
        if (mayEndOpen && random.NextInt32(3) == 0)
        {
            parts.Add(BusSubject.Rest);
        }

        return string.Join('.', parts);
    }
}
