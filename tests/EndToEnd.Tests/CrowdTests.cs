using EndToEnd.Tests.Browsers;
using EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Eight tabs in one call, one of them on a network that becomes bad.</summary>
[Trait("Category", "Netns")]
[Trait("Category", "Browser")]
public sealed class CrowdTests(ITestOutputHelper output)
{
    private const string Far = "Far";
    private const string Speaker = "Near 1";

    /// <summary>Less than the sound and the pictures of seven others, and it loses some of that.</summary>
    private const int NarrowKbps = 300;
    private const double Loss = 0.05;

    /// <summary>How long people are looked at.</summary>
    private static readonly TimeSpan LookFor = TimeSpan.FromSeconds(8);

    /// <summary>Least share of the pictures of before that others see of each other while one has a bad
    /// network. Chosen: nothing changes on an idle machine (printed); eight tabs that encode one picture and
    /// decode seven share two cores.</summary>
    private const double KeptShareMin = 0.5;

    /// <summary>There is a camera, and no microphone. Sound of all is three quarters of all packets, and each
    /// tab would decode seven of them.</summary>
    private const string NoMicrophone = """
        const devices = navigator.mediaDevices;
        const open = devices.getUserMedia.bind(devices);
        devices.getUserMedia = async ({ video }) => {
          if (!video) throw new DOMException("There is none.", "NotFoundError");
          return open({ video });
        };
        """;

    /// <summary>Small and few, in a small window: browsers without a graphics card paint with the processor.</summary>
    private const string Picture = "&size=160x90&fps=5";

    [Fact]
    public async Task EightTabs_OneOnABadLink_AllOthersSeeEachOtherAsBefore()
    {
        await using var lab = await LinkLab.StartAsync(far: 1);
        await using var tab = await lab.Near.NewPageAsync();
        var (link, _) = await CallPage.InviteAsync(tab, lab.Control.Url, "crowd");
        var others = new List<CallPage> { await JoinAsync(lab.Near, link, Speaker) };
        while (others.Count < 7)
        {
            others.Add(await JoinAsync(lab.Near, link, $"Near {others.Count + 1}", NoMicrophone));
        }

        var far = await JoinAsync(lab.Far[0].Browser, link, Far);
        CallPage[] all = [.. others, far];
        foreach (var page in all)
        {
            await page.ExpectPeopleAsync(all.Length);
            await page.UntilAsync(
                "the two with microphones are heard",
                state =>
                    state.Tiles.Count(tile => !tile.IsOwn && !tile.IsMuted)
                    == (page.Name is Far or Speaker ? 1 : 2)
            );
        }

        var before = await RatesAsync(others);
        lab.Far[0].SetLink(Shapes.Carries(NarrowKbps, Loss));
        var during = await RatesAsync(others);
        var (worst, mean) = Compare(before, during);
        var figures =
            $"eight tabs: {before.Values.Average():F1} pictures a second of each other; while one has a bad network "
            + $"{100 * mean:F0} % of that, the worst {100 * worst:F0} %";
        output.WriteLine(figures);
        Console.Out.WriteLine(figures);
        Assert.True(mean >= KeptShareMin, figures);
        Assert.Equal("live", (await far.StateAsync()).State);
        foreach (var page in others)
        {
            await page.UntilAsync(
                "nobody stands still",
                state => state.Tiles.All(tile => tile.Name is Far || !tile.IsStalled)
            );
        }

        lab.Far[0].SetLink(Shapes.Carries(10 * NarrowKbps));
        foreach (var page in all)
        {
            await page.ExpectPeopleAsync(all.Length);
        }
    }

    private static async Task<CallPage> JoinAsync(
        Chromium browser,
        string link,
        string name,
        string? script = null
    )
    {
        var tab = await browser.NewPageAsync();
        if (script is not null)
        {
            await tab.Page.AddInitScriptAsync(script);
        }

        await tab.Page.SetViewportSizeAsync(480, 360);
        return await CallPage.JoinAsync(tab, link + Picture, name);
    }

    /// <summary>Pictures a second that each sees of each, but of the one far away.</summary>
    private static async Task<Dictionary<(string, string), double>> RatesAsync(List<CallPage> pages)
    {
        var first = await FramesAsync(pages);
        await Task.Delay(LookFor);
        var last = await FramesAsync(pages);
        return first.Keys.ToDictionary(
            pair => pair,
            pair => (last[pair] - first[pair]) / LookFor.TotalSeconds
        );
    }

    private static async Task<Dictionary<(string, string), int>> FramesAsync(List<CallPage> pages)
    {
        var frames = new Dictionary<(string, string), int>();
        foreach (var page in pages)
        {
            foreach (var tile in (await page.StateAsync()).Tiles)
            {
                if (!tile.IsOwn && tile.Name is not Far)
                {
                    frames.Add((page.Name, tile.Name), tile.Frames);
                }
            }
        }

        return frames;
    }

    private static (double Worst, double Mean) Compare(
        Dictionary<(string, string), double> before,
        Dictionary<(string, string), double> during
    )
    {
        var shares = before.Keys.Select(pair => during[pair] / before[pair]).ToArray();
        return (shares.Min(), shares.Average());
    }
}
