using System.Text.Json;
using Conformance.Tests.Remote;
using Conformance.Tests.Support;
using Edge.Processes;

namespace Conformance.Tests.Credentials;

/// <summary>§2, §7.3: TURN credentials, and a TURN server that no one here wrote, which takes them.</summary>
public sealed class TurnTests(TurnLab fixture) : IClassFixture<TurnLab>
{
    private const string Generate = "/generate-ice-servers";

    private ApiClient Turn => fixture.Lab.Api.At($"/v1/turn/keys/{ControlProcess.App}/credentials");

    /// <summary>§2: 201 and a list; partytracks needs iceServers, and posts without a content type.</summary>
    [Theory]
    [InlineData("/v1/turn/keys/")]
    [InlineData("/turn/keys/")]
    public async Task Credentials_ForADay_ListOfServers(string path)
    {
        var api = fixture.Lab.Api.At($"{path}{ControlProcess.App}/credentials");
        var reply = await api.SendAsync("POST", Generate, """{"ttl":86400}""", type: null);
        var servers = reply.Expect(201).Body.GetProperty("iceServers").EnumerateArray().ToArray();
        Assert.Equal([fixture.StunUrl], Urls(servers[0]));
        Assert.False(servers[0].TryGetProperty("username", out _));
        Assert.Equal([fixture.TurnUrl], Urls(servers[1]));
        Assert.NotEmpty(servers[1].GetProperty("username").GetString()!);
        Assert.NotEmpty(servers[1].GetProperty("credential").GetString()!);
    }

    /// <summary>§2: the older form is one object, and may name whose the credentials are.</summary>
    [Fact]
    public async Task Credentials_OlderForm_OneObject()
    {
        var reply = await Turn.PostAsync("/generate", """{"ttl":60,"customIdentifier":"ann"}""");
        var server = reply.Expect(201).Body.GetProperty("iceServers");
        Assert.Equal([fixture.StunUrl, fixture.TurnUrl], Urls(server));
        var user = server.GetProperty("username").GetString()!;
        Assert.EndsWith("ann", user, StringComparison.Ordinal);
    }

    /// <summary>§2: 48 hours at most.</summary>
    [Theory]
    [InlineData(48 * 3600, 201)]
    [InlineData((48 * 3600) + 1, 400)]
    [InlineData(0, 400)]
    public async Task Credentials_TimeToLive_UpTo48Hours(int seconds, int status) =>
        (await Turn.PostAsync(Generate, $"{{\"ttl\":{seconds}}}")).Expect(status);

    [Fact]
    public async Task Credentials_WrongKey_Unauthorized() =>
        (await Turn.As("wrong").PostAsync(Generate, "{}")).Expect(401, "unauthorized");

    /// <summary>§2: a TURN key that the operator made makes credentials too.</summary>
    [Fact]
    public async Task Credentials_OfATurnKey_Made()
    {
        var account = fixture.Lab.ApiOf("", CallsLab.OperatorToken).At("/v1/accounts/me/calls");
        var made = (await account.PostAsync("/turn_keys", """{"name":"relay"}""")).Expect(201);
        var result = made.Body.GetProperty("result");
        var id = result.GetProperty("uid").GetString();
        var key = result.GetProperty("key").GetString();
        var api = fixture.Lab.Api.As(key).At($"/v1/turn/keys/{id}/credentials");
        (await api.PostAsync(Generate, """{"ttl":60}""")).Expect(201);
    }

    /// <summary>§2 has 204 for a revocation. A TURN server that shares a secret asks nobody, so here only
    /// what has expired is gone, and the answer says so.</summary>
    [Fact]
    public async Task Revocation_BeforeExpiry_NotSupported()
    {
        var (user, _) = await CredentialAsync();
        var escaped = Uri.EscapeDataString(user);
        (await Turn.PostAsync($"/{escaped}/revoke")).Expect(501, "not_supported");
        (await Turn.PostAsync("/1000000000%3Aann/revoke")).Expect(204);
        (await Turn.PostAsync("/nobody/revoke")).Expect(404, "not_found");
    }

    /// <summary>§2: Debian's coturn makes an allocation for our credentials, relays through it, and refuses
    /// others.</summary>
    [Fact]
    [Trait("Category", "Interop")]
    public async Task Coturn_OurCredentials_AllocatesAndRelays()
    {
        var (user, credential) = await CredentialAsync();
        var (code, output) = await fixture.RelayAsync(user, credential);
        Assert.True(code == 0, output);
        Assert.Contains("Total lost packets 0", output, StringComparison.Ordinal);
        var (refused, _) = await fixture.RelayAsync(user, credential + "x");
        Assert.NotEqual(0, refused);
    }

    /// <summary>§2, §7.4: a client that may use the relay only (sfu-turn-go) publishes through it.</summary>
    [Fact]
    [Trait("Category", "Interop")]
    public async Task Coturn_ClientThatMayUseTheRelayOnly_Publishes()
    {
        await fixture.StartRelayAsync();
        var servers = (await Turn.PostAsync(Generate, """{"ttl":600}"""))
            .Expect(201)
            .Body.GetProperty("iceServers");
        await using var host = NodeHost.Start(NodeHost.Libwebrtc);
        var api = fixture.Lab.Api;
        var peer = await RemotePeer.CreateAsync(
            host,
            api,
            "relayed",
            configuration: $$"""{"iceTransportPolicy":"relay","iceServers":{{servers.GetRawText()}}}"""
        );
        await peer.AskAsync("transceiver", "\"kind\":\"video\",\"direction\":\"sendonly\"");
        var pushed = await api.NewTracksAsync(
            peer.SessionId,
            Items.Local("0", Peers.Camera),
            await peer.OfferAsync()
        );
        await peer.AcceptAsync(pushed.Expect(200).Sdp);
        await peer.ConnectedAsync();
        var viewer = await fixture.Lab.PullAsync(api, Items.Remote(peer.SessionId, Peers.Camera));
        await fixture.Lab.PacketsAsync(viewer, 30);
    }

    private async Task<(string User, string Credential)> CredentialAsync()
    {
        var reply = (await Turn.PostAsync(Generate, """{"ttl":600}""")).Expect(201);
        var server = reply.Body.GetProperty("iceServers")[1];
        return (
            server.GetProperty("username").GetString()!,
            server.GetProperty("credential").GetString()!
        );
    }

    private static IReadOnlyList<string?> Urls(JsonElement server) =>
        [.. server.GetProperty("urls").EnumerateArray().Select(url => url.GetString())];
}
