using Xunit;

namespace Edge.Testing.Tests;

/// <summary>Tests of where seeds come from.</summary>
public sealed class SeedsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Choose_NoSetting_FixedByTheTestsName(string? setting)
    {
        Assert.Equal(Seeds.Choose(setting, "A"), Seeds.Choose(setting, "A"));
        Assert.NotEqual(Seeds.Choose(setting, "A"), Seeds.Choose(setting, "B"));
    }

    [Fact]
    public void Choose_Number_IsThatNumber() => Assert.Equal(42UL, Seeds.Choose("42", "A"));

    [Fact]
    public void Choose_Random_Differs() =>
        Assert.NotEqual(Seeds.Choose("random", "A"), Seeds.Choose("random", "A"));

    [Fact]
    public void Choose_Nonsense_Fails() =>
        Assert.Throws<TestingException>(() => Seeds.Choose("0x1", "A"));

    [Fact]
    public void Check_FailingBody_NamesItsSeed()
    {
        var failure = Assert.Throws<TestingException>(() =>
            Seeds.Check(random => throw new InvalidOperationException($"no {random.NextInt32(1)}"))
        );
        Assert.Contains("TEST_SEED=", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no 0", failure.Message, StringComparison.Ordinal);
    }
}
