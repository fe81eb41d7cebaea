using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace EndToEnd.Tests.Browsers;

/// <summary>A page in a browser context of its own.</summary>
internal sealed class ChromiumPage : IScriptedPage, IAsyncDisposable
{
    /// <summary>Most that is kept of what went wrong.</summary>
    private const int TroublesMax = 20;

    private readonly ConcurrentQueue<string> _troubles = [];

    /// <summary>Drives a page.</summary>
    public ChromiumPage(IPage page)
    {
        Page = page;
        page.RequestFailed += (_, request) => Keep($"{request.Url}: {request.Failure}");
        page.PageError += (_, error) => Keep(error);
        page.Response += (_, response) =>
        {
            if (!response.Ok)
            {
                Keep($"{response.Url}: {response.Status}");
            }
        };
    }

    /// <summary>The page, for what people do with it.</summary>
    public IPage Page { get; }

    /// <inheritdoc/>
    public string Troubles => string.Join("; ", _troubles);

    /// <inheritdoc/>
    public Task GoAsync(Uri address) => Page.GotoAsync(address.ToString());

    /// <inheritdoc/>
    public Task ClickAsync(string id) => Page.ClickAsync($"#{id}");

    /// <inheritdoc/>
    public Task<string> EvaluateAsync(string expression) =>
        Page.EvaluateAsync<string>($"async () => JSON.stringify((await ({expression})) ?? null)");

    /// <summary>Closes the page and its context.</summary>
    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();

    private void Keep(string trouble)
    {
        if (_troubles.Count < TroublesMax)
        {
            _troubles.Enqueue(trouble);
        }
    }
}
