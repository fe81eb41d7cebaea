using Edge.Protocol.Dtls;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Dtls;

/// <summary>The defaults of the handshake's timing, and what is refused.</summary>
public sealed class DtlsOptionsTests
{
    private static readonly TimeSpan Tick = new(1);

    [Fact]
    public void Defaults_AsDocumented_MatchTheFile()
    {
        var options = new DtlsOptions();

        Golden.Match(
            "dtls/options.txt",
            $"""
            RetransmitFirst {options.RetransmitFirst:c}
            RetransmitMax {options.RetransmitMax:c}
            HandshakeTimeout {options.HandshakeTimeout:c}
            EngineInterval {options.EngineInterval:c}

            """
        );
        Assert.Equal(new DtlsOptions(), DtlsOptions.Default);
        Assert.Empty(options.Validate());
    }

    [Theory]
    [InlineData(10, 10, 1000, 0)]
    [InlineData(1000, 60_000, 120_000, 50)]
    public void Validate_EndsOfTheRanges_NoProblem(
        int firstMs,
        int mostMs,
        int handshakeMs,
        int intervalMs
    ) => Assert.Empty(Options(firstMs, mostMs, handshakeMs, intervalMs).Validate());

    [Fact]
    public void Validate_JustOutsideTheRanges_EachIsNamed()
    {
        var least = Options(10, 10, 1000, 0);
        var most = Options(1000, 60_000, 120_000, 50);

        AssertNames(
            "RetransmitFirst",
            least with
            {
                RetransmitFirst = least.RetransmitFirst - Tick,
            }
        );
        AssertNames("RetransmitFirst", most with { RetransmitFirst = most.RetransmitFirst + Tick });
        AssertNames("RetransmitMax", least with { RetransmitMax = least.RetransmitMax - Tick });
        AssertNames("RetransmitMax", most with { RetransmitMax = most.RetransmitMax + Tick });
        AssertNames(
            "HandshakeTimeout",
            least with
            {
                HandshakeTimeout = least.HandshakeTimeout - Tick,
            }
        );
        AssertNames(
            "HandshakeTimeout",
            most with
            {
                HandshakeTimeout = most.HandshakeTimeout + Tick,
            }
        );
        AssertNames("EngineInterval", least with { EngineInterval = -Tick });
        AssertNames("EngineInterval", most with { EngineInterval = most.EngineInterval + Tick });
    }

    [Fact]
    public void Validate_AllWrong_TellsAll() =>
        Assert.Equal(4, Options(0, 100_000, 0, 1000).Validate().Count);

    private static void AssertNames(string option, DtlsOptions options) =>
        Assert.StartsWith(option, Assert.Single(options.Validate()), StringComparison.Ordinal);

    private static DtlsOptions Options(int firstMs, int mostMs, int handshakeMs, int intervalMs) =>
        new()
        {
            RetransmitFirst = TimeSpan.FromMilliseconds(firstMs),
            RetransmitMax = TimeSpan.FromMilliseconds(mostMs),
            HandshakeTimeout = TimeSpan.FromMilliseconds(handshakeMs),
            EngineInterval = TimeSpan.FromMilliseconds(intervalMs),
        };
}
