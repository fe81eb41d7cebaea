using Edge.Node.Sessions;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Sessions;

/// <summary>What a start refuses.</summary>
public sealed class MediaNodeOptionsTests
{
    [Fact]
    public void Validate_Defaults_NoProblem() => Assert.Empty(Options().Validate());

    [Fact]
    public void Validate_SeveralWrong_TellsAll()
    {
        var options = Options() with
        {
            Shards = 0,
            SessionsMax = -1,
            PacketSlots = 1,
            StopWithin = TimeSpan.FromHours(1),
            PopSecret = [1, 2, 3],
        };

        var problems = options.Validate();

        Assert.Equal(5, problems.Length);
        Assert.Contains(
            problems,
            problem => problem.StartsWith("Shards is 0", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Validate_WildcardWithoutAdvertised_IsAProblem()
    {
        var wildcard = Options() with { Media = NetworkAddress.FromIPv4(0, 7000) };

        Assert.Single(wildcard.Validate());
        Assert.Empty(
            (wildcard with { Advertised = [NetworkAddress.FromIPv4(0xC0000201, 0)] }).Validate()
        );
    }

    private static MediaNodeOptions Options() =>
        new() { Media = NetworkAddress.FromIPv4(0x7F000001, 0), Shards = 2 };
}
