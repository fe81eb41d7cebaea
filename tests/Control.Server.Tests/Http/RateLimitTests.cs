using System.Net;
using Control.Server.Http;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Http;

/// <summary>Requests that change something are limited (RFC 9725 §5).</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Post_OverTheRateOfTheRemote_TooManyThenFreeAgain()
    {
        var limits = new RateLimits { PerRemote = 1, RemoteBurst = 3 };
        await using var server = await TestServer.StartAsync(limits: limits);
        var session = await server.CreateSessionAsync();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var wrong = await server.PostAsync("/v1/apps/one/whip/cam", "wrong");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var post = await server.PostAsync("/v1/apps/one/whip/cam");
        using var patch = await server.PatchAsync(session, "*");
        using var delete = await server.SendAsync(HttpMethod.Delete, session);
        foreach (var response in (HttpResponseMessage[])[post, patch, delete])
        {
            await Problems.AssertAsync(HttpStatusCode.TooManyRequests, response);
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        }

        server.Time.Advance(TimeSpan.FromSeconds(1));
        using var deleted = await server.SendAsync(HttpMethod.Delete, session);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
    }

    [Fact]
    public async Task Post_OverTheRateOfAnApp_OtherAppsGoOn()
    {
        var limits = new RateLimits { PerApp = 1, AppBurst = 1 };
        await using var server = await TestServer.StartAsync(limits: limits);
        using var wrong = await server.PostAsync("/v1/apps/one/whip/cam", "wrong");
        await server.CreateSessionAsync();
        using var second = await server.PostAsync("/v1/apps/one/whip/cam");
        await Problems.AssertAsync(HttpStatusCode.TooManyRequests, second);
        using var other = await server.PostAsync("/v1/apps/two/whip/cam", TestServer.OtherSecret);
        Assert.Equal(HttpStatusCode.Created, other.StatusCode);
    }

    [Fact]
    public void TryTake_BurstThenRate_AsConfigured()
    {
        var time = new ManualTime();
        var table = new TokenBucketTable(setsLog2: 4, perSecond: 2, burst: 3, time);
        Assert.True(table.TryTake(7, out _) && table.TryTake(7, out _) && table.TryTake(7, out _));
        Assert.False(table.TryTake(7, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(0.5), retryAfter);
        Assert.True(table.TryTake(8, out _));
        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(table.TryTake(7, out _));
        Assert.False(table.TryTake(7, out _));
    }

    /// <summary>A flood of addresses costs no memory and does not free the one that floods.</summary>
    [Fact]
    public void TryTake_ManyKeys_EmptyBucketsStayAsLongAsThereIsRoom()
    {
        var time = new ManualTime();
        var table = new TokenBucketTable(setsLog2: 8, perSecond: 0.001, burst: 2, time);
        for (var count = 0; count < 2; count++)
        {
            Assert.True(table.TryTake(42, out _));
        }

        for (ulong key = 1000; key < 11_000; key++)
        {
            Assert.True(table.TryTake(key, out _));
        }

        Assert.False(table.TryTake(42, out _));
    }
}
