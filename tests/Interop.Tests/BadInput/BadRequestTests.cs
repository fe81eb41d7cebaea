using System.Net;
using Edge.Processes;
using Edge.Testing;
using Edge.Testing.Offers;
using Interop.Tests.Support;
using Xunit.Abstractions;

namespace Interop.Tests.BadInput;

/// <summary>Requests that are wrong, over real HTTP: a status that says so, a sentence, and a server that
/// goes on.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Interop")]
public sealed class BadRequestTests(Lab lab, ITestOutputHelper output)
{
    private const string Sdp = "application/sdp";
    private const int OversizedCharacters = 4 * 1024 * 1024;
    private const int MangledOffers = 400;

    [Theory]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(Sdp, HttpStatusCode.Created)]
    public async Task Publish_ContentType_IsChecked(string type, HttpStatusCode expected)
    {
        var url = lab.Whip(lab.NewStream());
        using var response = await lab.SendAsync(HttpMethod.Post, url, ShapedOffers.Obs, type);
        await ExpectAsync(expected, response);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("v=0\r\n")]
    [InlineData("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n")]
    public async Task Publish_NoOffer_IsRefusedWithASentence(string body)
    {
        var url = lab.Whip(lab.NewStream());
        using var response = await lab.SendAsync(HttpMethod.Post, url, body);
        Assert.InRange((int)response.StatusCode, 400, 422);
        await ExpectAsync(response.StatusCode, response);
    }

    [Fact]
    public async Task Publish_Oversized_IsRefused()
    {
        var body = ShapedOffers.Obs + new string('a', OversizedCharacters);
        HttpStatusCode? status = null;
        try
        {
            using var response = await lab.SendAsync(
                HttpMethod.Post,
                lab.Whip(lab.NewStream()),
                body
            );
            status = response.StatusCode;
        }
        catch (HttpRequestException)
        {
            // The server may close the connection while the rest of the body is still on its way.
        }

        Assert.True(status is null or HttpStatusCode.RequestEntityTooLarge, $"{status}");
        await ExpectHealthyAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("undefined")]
    [InlineData("a.b.c")]
    public async Task Publish_WithoutTheSecret_IsUnauthorized(string? token)
    {
        var url = lab.Whip(lab.NewStream());
        using var response = await lab.SendAsync(
            HttpMethod.Post,
            url,
            ShapedOffers.Obs,
            token: token
        );
        await ExpectAsync(HttpStatusCode.Unauthorized, response);
    }

    [Fact]
    public async Task Play_UnknownStream_SaysWhenToRetry()
    {
        var url = lab.Whep(lab.NewStream());
        using var response = await lab.SendAsync(HttpMethod.Post, url, ShapedOffers.SafariPlay);
        await ExpectAsync(HttpStatusCode.Conflict, response);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Session_Unknown_IsNotFound()
    {
        var url = new Uri(lab.Whip(lab.NewStream()) + "/no-such-session");
        using var delete = await lab.SendAsync(HttpMethod.Delete, url);
        await ExpectAsync(HttpStatusCode.NotFound, delete);
    }

    [Fact]
    public async Task Publish_MangledOffers_AreAnsweredOrRefusedAndLeaveNothing()
    {
        var random = Seeds.Random();
        var offers = ShapedOffers.All.Values.ToArray();
        var before = ProcessMemory.Resident(lab.Control.Id);
        var statuses = new Dictionary<HttpStatusCode, int>();
        for (var round = 0; round < MangledOffers; round++)
        {
            var offer = TextMutation.Mutate(offers[random.NextInt32(offers.Length)], random);
            var url = lab.Whip(lab.NewStream());
            using var response = await lab.SendAsync(HttpMethod.Post, url, offer);
            statuses[response.StatusCode] = statuses.GetValueOrDefault(response.StatusCode) + 1;
            if (response.StatusCode == HttpStatusCode.Created)
            {
                var session = new Uri(url, response.Headers.Location!);
                using var gone = await lab.SendAsync(HttpMethod.Delete, session);
                Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
            }
            else
            {
                Assert.True((int)response.StatusCode is >= 400 and <= 422, offer);
            }
        }

        var grown = ProcessMemory.Resident(lab.Control.Id) - before;
        output.WriteLine($"{string.Join(", ", statuses)}; resident memory {grown / 1024} KiB more");
        Assert.True(grown < ProcessMemory.GrowthMax, $"Resident memory grew by {grown} bytes.");
        await ExpectHealthyAsync();
    }

    private async Task ExpectHealthyAsync()
    {
        using var response = await lab.SendAsync(HttpMethod.Get, lab.Control.Url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(lab.Control.HasEnded);
    }

    private static async Task ExpectAsync(HttpStatusCode expected, HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {body}");
        if (expected != HttpStatusCode.Created)
        {
            Assert.Equal(
                "application/problem+json",
                response.Content.Headers.ContentType?.MediaType
            );
            Assert.Contains("\"detail\":", body, StringComparison.Ordinal);
            Assert.DoesNotContain(ControlProcess.Secret, body, StringComparison.Ordinal);
        }
    }
}
