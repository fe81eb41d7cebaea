using Edge.Load.Links;
using Xunit;

namespace Edge.Load.Tests.Links;

public sealed class LinkOptionsTests
{
    [Fact]
    public void Parse_EveryOption_IsTaken()
    {
        var options = LinkOptions.Parse(
            "--left a --right b --delay 75 --loss 1 --seed 7".Split(' ')
        );

        Assert.NotNull(options);
        Assert.Equal(("a", "b"), (options.Left, options.Right));
        Assert.Equal(TimeSpan.FromMilliseconds(75), options.Conditions.Delay);
        Assert.Equal(0.01, options.Conditions.Loss);
        Assert.Equal(7ul, options.Seed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--left a")]
    [InlineData("--left a --right")]
    [InlineData("--left a --right b --delay -1")]
    [InlineData("--left a --right b --loss 101")]
    [InlineData("--left a --right b --colour blue")]
    public void Parse_WrongArguments_IsNothing(string line) =>
        Assert.Null(LinkOptions.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
