using Conformance.Tests.Support;
using Edge.Wire.Sdp;

namespace Conformance.Tests.Credentials;

/// <summary>Beyond §1.1: tokens, which take the place of the app's secret in browsers.</summary>
public sealed class TokenTests(CallsLab lab) : IClassFixture<CallsLab>
{
    private const string Any = """{"ttl":60,"publish":true,"pull":true,"subject":"ann"}""";

    [Fact]
    public async Task Token_OfCertainNames_PublishesTheseOnly()
    {
        var ann = lab.Api.As(await SignAsync("""{"ttl":60,"publish":["cam"],"subject":"ann"}"""));
        var session = await ann.NewSessionAsync();
        var offer = Peers.Browser(SdpMediaKind.Video, SdpMediaKind.Audio).CreateOffer();
        var pushed = await ann.NewTracksAsync(
            session,
            Items.All(Items.Local("0", "cam"), Items.Local("1", "mic")),
            offer
        );
        Assert.Equal([null, "forbidden"], pushed.Expect(200).Each("errorCode"));
        (await ann.NewTracksAsync(session, Items.Remote(session, "cam"))).Expect(403, "forbidden");
        (await ann.GetAsync("/sessions")).Expect(403, "forbidden");
    }

    /// <summary>What a token's session is belongs to its subject; for others there is none.</summary>
    [Fact]
    public async Task Session_OfAToken_ItsSubjectsOnly()
    {
        var ann = lab.Api.As(await SignAsync(Any));
        var session = await ann.NewSessionAsync();
        var again = lab.Api.As(await SignAsync(Any));
        (await again.StateAsync(session)).Expect(200);
        var bob = lab.Api.As(await SignAsync(Any.Replace("ann", "bob", StringComparison.Ordinal)));
        var foreign = await bob.StateAsync(session);
        Assert.Equal((await bob.StateAsync("nowhere")).Text, foreign.Expect(410).Text);
        Assert.Equal("sub:ann", (await lab.Api.StateAsync(session)).Expect(200).Find("owner"));
    }

    [Fact]
    public async Task Token_Revoked_RefusedFromThenOn()
    {
        var signed = (await lab.Api.PostAsync("/tokens", Any)).Expect(201);
        var ann = lab.Api.As(signed.Find("token"));
        var session = await ann.NewSessionAsync();
        (await lab.Api.PostAsync($"/tokens/{signed.Find("tokenId")}/revoke", "{}")).Expect(200);
        (await ann.StateAsync(session)).Expect(401, "unauthorized");
    }

    [Fact]
    public async Task Token_OfAnotherApp_Unauthorized()
    {
        var token = await SignAsync(Any);
        (await lab.OtherApi.As(token).PostAsync("/sessions/new")).Expect(401, "unauthorized");
    }

    private async Task<string> SignAsync(string body) =>
        (await lab.Api.PostAsync("/tokens", body)).Expect(201).Find("token")!;
}
