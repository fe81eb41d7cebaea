using System.Text.Json;
using Conformance.Tests.Support;

namespace Conformance.Tests.Limits;

/// <summary>§1.5, §1.13, §1.14, §2: the limits in force are those that are documented, and anybody can read them.</summary>
public sealed class PublishedLimitsTests(CallsLab lab) : IClassFixture<CallsLab>
{
    [Fact]
    public async Task Limits_OfAFreshServer_AsDocumented()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(lab.Control.Url, "/v1/limits")
        );
        using var response = await lab.SendRawAsync(request);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        int Limit(string name) => body.RootElement.GetProperty(name).GetInt32();
        Assert.Equal(50, Limit("requestsPerSecondPerSession"));
        Assert.Equal(64, Limit("tracksPerRequest"));
        Assert.Equal(48 * 3600, Limit("turnSeconds"));
        Assert.Equal(512 * 1024, Limit("bodyBytes"));
        Assert.Equal(5_000, Limit("connectWaitMs"));
        Assert.Equal(8_000, Limit("mediaWaitMs"));
        Assert.Equal(30_000, Limit("trackIdleMs"));
        Assert.Equal(30_000, Limit("sessionIdleMs"));
        Assert.Equal(30_000, Limit("ackWaitMs"));
    }
}
