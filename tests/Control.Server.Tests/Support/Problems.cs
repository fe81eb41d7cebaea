using System.Net;
using System.Text.Json;

namespace Control.Server.Tests.Support;

/// <summary>What every error answer must be.</summary>
internal static class Problems
{
    public static async Task<string> AssertAsync(
        HttpStatusCode status,
        HttpResponseMessage response
    )
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var text = await response.Content.ReadAsStringAsync();
        using var document = JsonDocument.Parse(text);
        Assert.Equal((int)status, document.RootElement.GetProperty("status").GetInt32());
        var detail = document.RootElement.GetProperty("detail").GetString();
        Assert.False(string.IsNullOrEmpty(detail));
        return detail;
    }
}
