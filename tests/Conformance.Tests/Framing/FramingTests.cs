using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Conformance.Tests.Support;
using Edge.Processes;
using Edge.Wire.Sdp;

namespace Conformance.Tests.Framing;

/// <summary>§1.1: bases, credentials, bodies, and what every answer looks like.</summary>
public sealed partial class FramingTests(CallsLab lab) : IClassFixture<CallsLab>
{
    /// <summary>§1.1: first-party code uses both.</summary>
    [Theory]
    [InlineData("/v1/apps/tests")]
    [InlineData("/apps/tests")]
    public async Task Base_WithAndWithoutVersion_TheSameSessions(string path)
    {
        var session = await lab.Api.At(path).NewSessionAsync();
        (await lab.Api.StateAsync(session)).Expect(200);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData("undefined")]
    [InlineData(CallsLab.OtherSecret)]
    public async Task Credentials_NotOfTheApp_Unauthorized(string? bearer) =>
        (await lab.Api.As(bearer).PostAsync("/sessions/new")).Expect(401, "unauthorized");

    /// <summary>§1.12 says 404 for an unknown app; here it is answered as a wrong secret, byte for byte, so
    /// that ids of apps cannot be tried.</summary>
    [Fact]
    public async Task Credentials_UnknownApp_SameAsAWrongSecret()
    {
        var unknown = await lab.Api.At("/v1/apps/nobody").PostAsync("/sessions/new");
        var wrong = await lab.Api.As("wrong").PostAsync("/sessions/new");
        Assert.Equal((401, wrong.Text), (unknown.Expect(401, "unauthorized").Status, unknown.Text));
    }

    /// <summary>§1.1: everything is isolated per app: neither the session nor its tracks are there.</summary>
    [Fact]
    public async Task Apps_SessionOfAnother_AsIfThereWereNone()
    {
        var session = await lab.Api.NewSessionAsync();
        var browser = Peers.Browser(SdpMediaKind.Audio);
        var pushed = await lab.Api.NewTracksAsync(
            session,
            Items.Local("0", "mic"),
            browser.CreateOffer()
        );
        pushed.Expect(200);
        var foreign = await lab.OtherApi.StateAsync(session);
        var unknown = await lab.OtherApi.StateAsync("nowhere");
        Assert.Equal(unknown.Expect(410, "session_error").Text, foreign.Text);

        var own = await lab.OtherApi.NewSessionAsync();
        var pulls = await lab.OtherApi.NewTracksAsync(
            own,
            Items.All(Items.Remote(session, "mic"), Items.Remote("nowhere", "mic"))
        );
        Assert.Equal(["not_found_track_error", "not_found_track_error"], pulls.Each("errorCode"));
    }

    /// <summary>§1.1: browsers label a string text/plain; the body is JSON whatever the label says.</summary>
    [Theory]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Body_AnyContentType_ReadAsJson(string? type)
    {
        var session = await lab.Api.NewSessionAsync();
        var reply = await lab.Api.SendAsync(
            "POST",
            $"/sessions/{session}/tracks/new",
            $$"""{"tracks":[{{Items.Remote("nowhere", "cam")}}]}""",
            type
        );
        Assert.Equal(["not_found_track_error"], reply.Expect(200).Each("errorCode"));
    }

    /// <summary>§1.1: sessions/new has no body and no Content-Length; an empty text and {} are as good.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    public async Task NewSession_WithoutBody_Created(string? body) =>
        (await lab.Api.PostAsync("/sessions/new", body)).Expect(201);

    /// <summary>§1.1: Orange's correlationId, the relay's bare streamDebug, partytracks' lone "?".</summary>
    [Theory]
    [InlineData("?")]
    [InlineData("?streamDebug")]
    [InlineData("?correlationId=meeting-1&unknown=1&unknown=2")]
    [InlineData("?thirdparty=false")]
    public async Task Query_UnknownOrEmpty_IgnoredEverywhere(string query)
    {
        var session = await lab.Api.NewSessionAsync(query);
        var at = $"/sessions/{session}";
        (await lab.Api.GetAsync($"{at}{query}")).Expect(200);
        var browser = Peers.Browser(SdpMediaKind.Audio);
        var push =
            $$"""{"autoDiscover":true,{{ApiClient.Description("offer", browser.CreateOffer())}}}""";
        (await lab.Api.PostAsync($"{at}/tracks/new{query}", push)).Expect(200);
        (
            await lab.Api.PutAsync(
                $"{at}/tracks/close{query}",
                """{"tracks":[{"mid":"0"}],"force":true}"""
            )
        ).Expect(200);
        var update = $$"""{"tracks":[{{Items.Remote("nowhere", "cam", ",\"mid\":\"9\"")}}]}""";
        (await lab.Api.PutAsync($"{at}/tracks/update{query}", update)).Expect(200);
        var answer = $"{{{ApiClient.Description("answer", "v=0")}}}";
        (await lab.Api.PutAsync($"{at}/renegotiate{query}", answer)).Expect(
            406,
            "invalid_session_description"
        );
        (await lab.Api.DeleteAsync($"{at}{query}")).Expect(200);
    }

    /// <summary>§1.1: partytracks takes a redirect for an expired session and reloads the page.</summary>
    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/sessions/new/")]
    [InlineData("/Sessions/New")]
    [InlineData("/sessions")]
    [InlineData("/sessions/undefined")]
    [InlineData("/sessions/undefined/tracks/new/")]
    [InlineData("/nothing")]
    public async Task Path_OddlyWritten_AnsweredWithoutRedirect(string path)
    {
        foreach (var method in (string[])["GET", "POST", "PUT", "DELETE"])
        {
            using var request = new HttpRequestMessage(
                new(method),
                new Uri(lab.Control.Url, $"/v1/apps/{ControlProcess.App}{path}")
            );
            request.Headers.Authorization = new("Bearer", ControlProcess.Secret);
            using var response = await lab.SendRawAsync(request);
            Assert.False((int)response.StatusCode is >= 300 and < 400, $"{method} {path}");
            var text = await response.Content.ReadAsStringAsync();
            using var body = JsonDocument.Parse(text);
            Assert.Equal(JsonValueKind.Object, body.RootElement.ValueKind);
        }
    }

    /// <summary>§1.1: pages call from every origin, with Authorization, PUT and headers of their own.</summary>
    [Fact]
    public async Task Preflight_EveryOperation_MayBeSent()
    {
        var count = 0;
        foreach (var (path, method, _) in lab.Contract.Operations)
        {
            if (!path.StartsWith("/v1/apps/{appId}/", StringComparison.Ordinal))
            {
                continue;
            }

            var url = PathParameter().Replace(path, "x");
            using var request = new HttpRequestMessage(
                HttpMethod.Options,
                new Uri(lab.Control.Url, url)
            );
            request.Headers.Add("Origin", "https://app.example");
            request.Headers.Add("Access-Control-Request-Method", method);
            request.Headers.Add(
                "Access-Control-Request-Headers",
                "authorization,content-type,x-of-the-app"
            );
            using var response = await lab.SendRawAsync(request);
            string Header(string name) => string.Join(',', response.Headers.GetValues(name));
            Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {response.StatusCode}");
            Assert.Equal("*", Header("Access-Control-Allow-Origin"));
            Assert.Contains(
                method,
                Header("Access-Control-Allow-Methods"),
                StringComparison.Ordinal
            );
            var headers = Header("Access-Control-Allow-Headers");
            Assert.Contains("Authorization", headers, StringComparison.Ordinal);
            Assert.Contains("Content-Type", headers, StringComparison.Ordinal);
            Assert.Contains("*", headers, StringComparison.Ordinal);
            count++;
        }

        Assert.True(count >= 20, $"{count} operations");
    }

    /// <summary>§1.1: the shape that first-party clients hold a session id to, with room for their own
    /// longest.</summary>
    [Fact]
    public async Task SessionIds_Drawn_OfTheShapeClientsAccept()
    {
        var first = await lab.Api.NewSessionAsync();
        var second = await lab.Api.NewSessionAsync();
        Assert.Matches(SessionId(), first);
        Assert.NotEqual(first, second, StringComparer.Ordinal);
    }

    /// <summary>§1.1: samples name tracks by MediaStreamTrack.id, which has braces in Firefox.</summary>
    [Theory]
    [InlineData("{5ba2-77c1}")]
    [InlineData("a b/c?d#e")]
    [InlineData("Ünïcode 🎥")]
    [InlineData("cam.0:main-_")]
    public async Task TrackNames_AnyReasonable_ComeBackAsTheyWere(string name)
    {
        var session = await lab.Api.NewSessionAsync();
        var offer = Peers.Browser(SdpMediaKind.Video).CreateOffer();
        var pushed = await lab.Api.NewTracksAsync(session, Items.Local("0", name), offer);
        Assert.Equal([name], pushed.Expect(200).Each("trackName"));
        Assert.Equal([name], (await lab.Api.StateAsync(session)).Each("trackName"));
    }

    /// <summary>§1.1: an error is a JSON object too, and what lists tracks lists them in errors as well:
    /// partytracks reads the list before it looks for an error.</summary>
    [Fact]
    public async Task Errors_OfTracks_CarryTheList()
    {
        var gone = await lab.Api.NewTracksAsync("nowhere", Items.Remote("S", "cam"));
        Assert.Empty(gone.Expect(410, "session_error").Tracks);
        var denied = await lab.Api.As("wrong").NewTracksAsync("nowhere", Items.Remote("S", "cam"));
        Assert.Empty(denied.Expect(401, "unauthorized").Tracks);
    }

    [Fact]
    public async Task Methods_ThatAreNone_NotAllowedWithTheList()
    {
        var session = await lab.Api.NewSessionAsync();
        (await lab.Api.SendAsync("PUT", $"/sessions/{session}/tracks/new", "{}")).Expect(
            (int)HttpStatusCode.MethodNotAllowed,
            "method_not_allowed"
        );
        (await lab.Api.PostAsync($"/sessions/{session}/renegotiate", "{}")).Expect(
            405,
            "method_not_allowed"
        );
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,128}$", RegexOptions.NonBacktracking)]
    private static partial Regex SessionId();

    [GeneratedRegex(@"\{\w+\}", RegexOptions.NonBacktracking)]
    private static partial Regex PathParameter();
}
