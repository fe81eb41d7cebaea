using Microsoft.Playwright;

namespace EndToEnd.Tests.Browsers;

/// <summary>A page in a browser context of its own.</summary>
internal sealed class ChromiumPage(IPage page) : IScriptedPage, IAsyncDisposable
{
    /// <summary>The page, for what people do with it.</summary>
    public IPage Page => page;

    /// <inheritdoc/>
    public Task GoAsync(Uri address) => page.GotoAsync(address.ToString());

    /// <inheritdoc/>
    public Task ClickAsync(string id) => page.ClickAsync($"#{id}");

    /// <inheritdoc/>
    public Task<string> EvaluateAsync(string expression) =>
        page.EvaluateAsync<string>($"async () => JSON.stringify((await ({expression})) ?? null)");

    /// <summary>Closes the page and its context.</summary>
    public async ValueTask DisposeAsync() => await page.Context.CloseAsync();
}
