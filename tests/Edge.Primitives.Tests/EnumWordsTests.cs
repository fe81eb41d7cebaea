using Xunit;

namespace Edge.Primitives.Tests;

public sealed class EnumWordsTests
{
    private enum Reason
    {
        None = 3,
        NobodyElse = 7,
        Over = 9,
    }

    [Fact]
    public void Of_Members_AsLabelsAreWritten() =>
        Assert.Equal(
            ["none", "nobody_else", "over"],
            Array.ConvertAll(EnumWords.All<Reason>().ToArray(), EnumWords.Of)
        );

    [Fact]
    public void Of_NoMember_IsRefused() =>
        Assert.Throws<ArgumentException>(() => EnumWords.Of((Reason)1));
}
