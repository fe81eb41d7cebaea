using System.Net;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Lifetime;

/// <summary>A control that stops answers the requests it has and takes no others.</summary>
public sealed class StopTests
{
    // Longer than any test: the wait has to end by the answers.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task StopAsync_RequestIsBeingAnswered_AnsweredFirst()
    {
        await using var server = await TestServer.StartAsync();
        server.Node.Gate = new TaskCompletionSource();
        var posting = server.PostAsync("/v1/apps/one/whip/cam");
        while (server.Node.Requests.IsEmpty)
        {
            await Task.Delay(5);
        }

        var stopping = server.StopAsync(Long);
        await AssertClosedAsync(server.Url);
        Assert.False(stopping.IsCompleted);
        server.Node.Gate.SetResult();
        using var response = await posting;
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        await stopping;
    }

    [Fact]
    public async Task StopAsync_AnswerDoesNotCome_EndsInTime()
    {
        await using var server = await TestServer.StartAsync();
        server.Node.Gate = new TaskCompletionSource();
        var posting = server.PostAsync("/v1/apps/one/whip/cam");
        while (server.Node.Requests.IsEmpty)
        {
            await Task.Delay(5);
        }

        await server.StopAsync(TimeSpan.FromMilliseconds(50)).WaitAsync(TimeSpan.FromMinutes(1));
        server.Node.Gate.SetResult();
        await Assert.ThrowsAsync<HttpRequestException>(() => posting);
    }

    private static async Task AssertClosedAsync(Uri url)
    {
        // Another client: the first one's connection is busy, and this has to be a new one.
        using var client = new HttpClient { BaseAddress = url };
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var response = await client.GetAsync("healthz", limit.Token);
                await Task.Delay(5, limit.Token);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
