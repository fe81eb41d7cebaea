using Edge.Bus.InProcess;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.InProcess;

public sealed class InProcessBusOptionsTests
{
    [Fact]
    public void Defaults_AreThoseOfTheGoldenFile()
    {
        var options = new InProcessBusOptions();
        Assert.Empty(options.Validate());
        Golden.Match("bus/in-process-options.txt", BusOptions.Describe(options));
    }

    [Fact]
    public void Validate_EverythingWrong_NamesEachProblem() =>
        Assert.Equal(
            [
                "PayloadBytesMax is 1024 to 67108864.",
                "IncomingBytesMax is twice PayloadBytesMax to 1073741824.",
            ],
            new InProcessBusOptions { PayloadBytesMax = 1, IncomingBytesMax = 1 }
                .Validate()
                .AsEnumerable(),
            StringComparer.Ordinal
        );
}
