using System.Text.Json;
using Microsoft.Playwright;

namespace EndToEnd.Tests.Browsers;

/// <summary>A page with a session of the session API for pictures: it publishes a drawn one, or shows what it
/// pulls of others, encrypted from end to end where it has a key.</summary>
internal sealed class VideoPage : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ChromiumPage _page;

    private VideoPage(ChromiumPage page, PictureLog log)
    {
        _page = page;
        Log = log;
    }

    /// <summary>What it received.</summary>
    public PictureLog Log { get; }

    /// <summary>Opens a page of the server's origin, and makes a session in it.</summary>
    public static async Task<VideoPage> OpenAsync(Chromium browser, Uri server)
    {
        var page = await browser.NewPageAsync();
        await ServeAsync(page, new Uri(server, "video-page"), "text/html", "<!doctype html>");
        await ServeAsync(
            page,
            new Uri(server, VideoScripts.TransformPath),
            "text/javascript",
            VideoScripts.Transform
        );
        var log = await PictureLog.StartAsync(page);
        await page.GoAsync(new Uri(server, "video-page"));
        await page.EvaluateAsync(SessionScript.Open);
        await page.EvaluateAsync(VideoScripts.Page);
        return new VideoPage(page, log);
    }

    /// <summary>The session.</summary>
    public async Task<string> SessionAsync() =>
        JsonSerializer.Deserialize<string>(await _page.EvaluateAsync("session"))!;

    /// <summary>Publishes the drawn picture as "cam".</summary>
    public Task PushAsync(VideoPush push) =>
        _page.EvaluateAsync($"push({JsonSerializer.Serialize(push, Json)})");

    /// <summary>What it sends of the best layer.</summary>
    public async Task<SentPicture> SentAsync() =>
        JsonSerializer.Deserialize<SentPicture>(await _page.EvaluateAsync("sent()"), Json)!;

    /// <summary>Pulls the "cam" of another session.</summary>
    /// <param name="from">The session.</param>
    /// <param name="preferredRid">The layer that is wanted; empty for the best.</param>
    /// <param name="key">What pictures are decrypted with, in hex; null: not at all.</param>
    public Task PullAsync(string from, string preferredRid = "", string? key = null) =>
        _page.EvaluateAsync(
            $"pull({JsonSerializer.Serialize(new { from, preferredRid, key }, Json)})"
        );

    /// <summary>Whether it was told that what it pulled is encrypted from end to end.</summary>
    public async Task<bool> IsToldEncryptedAsync() =>
        await _page.EvaluateAsync("pulled.e2ee === true") is "true";

    /// <summary>Wants another layer of what it pulled.</summary>
    public Task PreferAsync(string rid) => _page.EvaluateAsync($"prefer(\"{rid}\")");

    /// <summary>The colours of the shown picture's left and right half, "green red" when it is the published
    /// one; null before there is any.</summary>
    public async Task<string?> ColoursAsync() =>
        JsonSerializer.Deserialize<string?>(await _page.EvaluateAsync("colours()"));

    /// <summary>The layers that its events said it is sent, in their order; "paused" for none.</summary>
    public async Task<IReadOnlyList<string>> LayersAsync() =>
        JsonSerializer.Deserialize<IReadOnlyList<string>>(
            await _page.EvaluateAsync(
                "events.filter(({ type }) => type === 'layer.changed')"
                    + ".map(({ rid, paused }) => paused ? 'paused' : rid ?? '')"
            )
        )!;

    public ValueTask DisposeAsync() => _page.DisposeAsync();

    // Nothing of the server's own pages is needed, and what they forbid is not forbidden here.
    private static Task ServeAsync(ChromiumPage page, Uri address, string type, string body) =>
        page.Page.RouteAsync(
            address.ToString(),
            route => route.FulfillAsync(new RouteFulfillOptions { ContentType = type, Body = body })
        );
}
