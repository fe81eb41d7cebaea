using System.Globalization;
using Edge.Processes;
using Interop.Tests.Support;
using Xunit.Abstractions;

namespace Interop.Tests;

/// <summary>A page talks with another WebRTC server through this one, as apps of voice assistants do it.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Interop")]
public sealed class ThirdPartyTests(Lab lab, ITestOutputHelper output)
{
    private const string Token = "ek_of_the_tests";

    // Chosen: three seconds of packets of 20 ms, and of samples at 48 kHz.
    private const int SoundMin = 150;
    private const int SamplesMin = 144_000;

    // The published tone reaches 8000 of 32767.
    private const int LoudnessMin = 4_000;

    /// <summary>The other server is werift as an ICE-lite answerer behind an HTTP endpoint in the shape of
    /// OpenAI's Realtime; it says what it hears, and answers in the data channel that our side opens. The
    /// page is libwebrtc, so that what it decodes went there and back.</summary>
    [Fact]
    public async Task Relay_IceLiteServerAnswersOurOffer_ThePageHearsIt()
    {
        await using var server = StackPeer.StartScript("realtime", Token);
        var listening = await server.UntilAsync("it listens", counters => counters.Port > 0);
        var port = listening.Port.ToString(CultureInfo.InvariantCulture);

        await using var page = StackPeer.StartScript(
            "relay",
            new Uri(lab.Control.Url, $"/v1/apps/{ControlProcess.App}/sessions").ToString(),
            ControlProcess.Secret,
            $"http://127.0.0.1:{port}/v1/realtime/calls?model=gpt-realtime",
            Token
        );
        var seen = await page.UntilAsync(
            "its own tone and the answer to its message come back",
            counters =>
                counters.Samples >= SamplesMin
                && counters.Loudness >= LoudnessMin
                && counters.Said.Length > 0
        );
        var heard = await server.UntilAsync(
            "it hears the page",
            counters => counters.Audio >= SoundMin
        );

        output.WriteLine($"page: {seen with { Offer = "" }}; server: {heard}");
        Assert.True(heard.IsLite);
        Assert.Equal(("connected", "connected"), (seen.State, seen.Ai));
        Assert.Equal(("oai-events", "heard hello"), (heard.Channel, seen.Said));
        Assert.DoesNotContain("a=ice-lite", seen.Offer, StringComparison.Ordinal);
        Assert.Contains("a=setup:actpass", seen.Offer, StringComparison.Ordinal);
        await page.EndAsync();
        await server.EndAsync();
    }
}
