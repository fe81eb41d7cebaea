using Conformance.Tests.Support;
using Edge.Wire.Sdp;

namespace Conformance.Tests.Sessions;

/// <summary>§1.13: no call of the original may be repeated; with an Idempotency-Key every change may.</summary>
public sealed class IdempotencyTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private const string Header = "Idempotency-Key";

    [Fact]
    public async Task Repeat_NewSession_SameSession()
    {
        var key = (Header, Guid.NewGuid().ToString());
        var first = await lab.Api.SendAsync("POST", "/sessions/new", headers: key);
        var second = await lab.Api.SendAsync("POST", "/sessions/new", headers: key);
        Assert.Equal(first.Expect(201).Text, second.Expect(201).Text);
        Assert.Equal((false, true), (first.IsReplay, second.IsReplay));
        var other = await lab.OtherApi.SendAsync("POST", "/sessions/new", headers: key);
        Assert.NotEqual(first.Text, other.Expect(201).Text, StringComparer.Ordinal);
    }

    /// <summary>A lost tracks/new reply, whose remedy is to replace the connection, comes again.</summary>
    [Fact]
    public async Task Repeat_NewTracks_SameAnswerAndOneTrack()
    {
        var session = await lab.Api.NewSessionAsync();
        var offer = ApiClient.Description("offer", Peers.Browser(SdpMediaKind.Audio).CreateOffer());
        var body = $"{{\"tracks\":[{Items.Local("0", "mic")}],{offer}}}";
        var key = (Header, "lost-reply");
        var path = $"/sessions/{session}/tracks/new";
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => lab.Api.SendAsync("POST", path, body, headers: key))
        );
        Assert.Single(
            answers.Select(each => each.Expect(200).Text).Distinct(StringComparer.Ordinal)
        );
        Assert.Single(answers, each => !each.IsReplay);
        Assert.Single((await lab.Api.StateAsync(session)).Tracks);
        (await lab.Api.SendAsync("POST", path, "{\"tracks\":[]}", headers: key)).Expect(
            422,
            "idempotency_key_reused"
        );
    }

    [Theory]
    [InlineData(256)]
    public async Task Key_TooLong_Refused(int length) =>
        (
            await lab.Api.SendAsync(
                "POST",
                "/sessions/new",
                headers: (Header, new string('k', length))
            )
        ).Expect(400, "invalid_params");
}
