using System.Net;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Http;

/// <summary>Health and drain, on both addresses as the contract has them.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Get_HealthOnBothAddresses_OkUntilDrained()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var url in (Uri[])[server.Url, server.AdminUrl])
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, url, "healthz"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, url, "readyz"));
        }

        server.Drain.Begin();
        foreach (var url in (Uri[])[server.Url, server.AdminUrl])
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, url, "healthz"));
            Assert.Equal(
                HttpStatusCode.ServiceUnavailable,
                await StatusAsync(server, url, "readyz")
            );
        }
    }

    [Fact]
    public async Task Get_ReadyWhileNobodyTakesSessions_Unavailable()
    {
        var isReady = false;
        await using var server = await TestServer.StartAsync(isReady: () => isReady);
        foreach (var url in (Uri[])[server.Url, server.AdminUrl])
        {
            isReady = false;
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, url, "healthz"));
            Assert.Equal(
                HttpStatusCode.ServiceUnavailable,
                await StatusAsync(server, url, "readyz")
            );
            isReady = true;
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, url, "readyz"));
        }
    }

    [Fact]
    public async Task Post_Health_MethodNotAllowed()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.SendAsync(HttpMethod.Post, "/readyz");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Post_DrainOnTheAdminAddress_Begins()
    {
        await using var server = await TestServer.StartAsync();
        var path = new Uri(server.AdminUrl, "drain").ToString();
        using var read = await server.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, read.StatusCode);
        using var byPage = await server.SendAsync(
            HttpMethod.Post,
            path,
            change: request => request.Headers.Add("Origin", "https://example.com")
        );
        Assert.Equal(HttpStatusCode.Forbidden, byPage.StatusCode);
        Assert.False(server.Drain.IsDraining);

        using var response = await server.SendAsync(HttpMethod.Post, path);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.True(server.Drain.IsDraining);
    }

    [Fact]
    public async Task Post_DrainOnThePublicAddress_NotFound()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.SendAsync(HttpMethod.Post, "/drain");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.False(server.Drain.IsDraining);
    }

    [Fact]
    public async Task Post_ApiOnTheAdminAddress_NotFound()
    {
        await using var server = await TestServer.StartAsync();
        var path = new Uri(server.AdminUrl, "v1/apps/one/whip/cam").ToString();
        using var response = await server.PostAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(TestServer server, Uri url, string path)
    {
        using var response = await server.Client.GetAsync(new Uri(url, path));
        return response.StatusCode;
    }
}
